#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { inCheckout, libraryRoot } from "../paths.js";
import { checkSettings, setting } from "../settings.js";
import { enterCallersFolder } from "./callers-folder.js";
import { commands } from "./commands.js";
import { awaitFolders } from "./patience.js";
import { exitCodeOf, report } from "./report.js";

const { version } = JSON.parse(readFileSync(join(libraryRoot, "package.json"), "utf8")) as {
  version: string;
};
const program = new Command("filter-sparsity")
  .version(version)
  .description("Executable paper: On Implicit Filter Level Sparsity in Convolutional Neural Networks")
  .addHelpText(
    "after",
    "\nAny command takes --help, and --debug to show the stack trace of an unexpected error.",
  )
  .exitOverride()
  .configureOutput({ outputError: () => {} })
  .showSuggestionAfterError(true);

/** Adds the called command in full, and of the others only name and summary, for the help and for suggestions. */
async function addCommands(called: string | undefined): Promise<void> {
  for (const [name, { summary, checkoutOnly, load }] of Object.entries(commands)) {
    if (checkoutOnly && !inCheckout) continue;
    if (name === called) (await load()).register(program);
    else program.command(name).description(summary);
  }
}

function inherit(command: Command): void {
  for (const child of command.commands) {
    child.copyInheritedSettings(command);
    inherit(child);
  }
}

// A reader such as `head` may close the pipe before everything is written. Other programs are then ended by SIGPIPE;
// work that leaves a checkpoint listens for it.
let readerLeft = false;
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    if (readerLeft) return;
    readerLeft = true;
    if (!process.emit("SIGPIPE", "SIGPIPE")) process.exit(128 + constants.signals.SIGPIPE);
  });
}

const given = process.argv.slice(2);
const dashes = given.indexOf("--");
// What stands after "--" is another program's.
const isDebug = (word: string, place: number) => word === "--debug" && (dashes < 0 || place < dashes);
const words = given.filter((word, place) => !isDebug(word, place));
const debug = given.some(isDebug) || setting("DEBUG") !== undefined;

// What is thrown outside of the command's own call, as by a library where memory ends, ends it in one line, too.
process.on("uncaughtException", (error) => {
  report(error, program, { debug });
  process.exit(exitCodeOf(error));
});

try {
  enterCallersFolder();
  checkSettings();
  await addCommands(words.find((word) => !word.startsWith("-")));
  inherit(program);
  if (words.length === 0) program.outputHelp();
  else {
    await awaitFolders();
    await program.parseAsync(words, { from: "user" });
  }
} catch (error) {
  if (!(error instanceof CommanderError && error.exitCode === 0)) {
    report(error, program, { debug });
    process.exitCode = exitCodeOf(error);
  }
}
