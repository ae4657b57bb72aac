import { type Command, CommanderError } from "commander";
import pc from "picocolors";
import { messageOf, UserError } from "../errors.js";
import { printable } from "../printable.js";
import { Interrupted } from "./interrupted.js";

/** 2: used wrongly; 1: could not be done; 128 + n: stopped by signal n. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UserError || error instanceof Interrupted) return error.exitCode;
  return error instanceof CommanderError ? 2 : 1;
}

/** Says in one line on stderr what went wrong; a stack trace only when asked for. */
export function report(error: unknown, program: Command, { debug = false } = {}): void {
  if (error instanceof Interrupted) {
    process.stderr.write(`${error.message}\n`);
    return;
  }
  // A command that needs a subcommand was called without one, and its help is already printed.
  if (error instanceof CommanderError && error.code === "commander.help") return;
  process.stderr.write(`${pc.red("error")} ${printable(explain(error, program))}\n`);
  if (debug && error instanceof Error) process.stderr.write(`${error.stack}\n`);
}

function explain(error: unknown, program: Command): string {
  if (error instanceof UserError) return messageOf(error);
  if (error instanceof CommanderError) return explainUsage(error, program);
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === "ENOSPC" || code === "EDQUOT")
    return `${messageOf(error)}. The disk is full: free some space and run the same command again; every finished record is intact.`;
  const known = code === undefined ? undefined : remedies[code];
  if (known !== undefined) return `${messageOf(error)}. ${known}`;
  if (isOutOfMemory(error))
    return `${messageOf(error)}. There is not enough memory, or the shell allows too little of it: ulimit -v unlimited lifts its limit, --workers 1 needs the least.`;
  return `${messageOf(error) || "unknown failure"} (unexpected; add --debug for the stack trace)`;
}

const elsewhere =
  "name another folder: records by FILTER_SPARSITY_RUNS, the cache by FILTER_SPARSITY_CACHE, figures by FILTER_SPARSITY_FIGURES, other output by the command's own option";

/** What helps against what the system says of a file. */
const remedies: Partial<Record<string, string>> = {
  EACCES: `You may not do that there: ask its owner, or ${elsewhere}.`,
  EPERM: `You may not do that there: ask its owner, or ${elsewhere}.`,
  EROFS: `Nothing can be written there: ${elsewhere}.`,
  ENOTDIR: `A part of that path is a file where a folder was expected: move it away, or ${elsewhere}.`,
  EISDIR: "There is a folder where a file was expected: move it away, or name another path.",
  ENAMETOOLONG: "The path is longer than the file system allows: choose a shorter one.",
  ELOOP: "Its links lead to themselves: mend them, or name another path.",
  EMFILE: "Too many files are open: raise the limit, e.g. ulimit -n 4096.",
  EIO: "The disk or its connection fails; every finished record that it can read is intact.",
};

const isOutOfMemory = (error: unknown): boolean =>
  /could not allocate memory|Out of memory|Array buffer allocation failed|ENOMEM|\bOOM\b|bad_alloc/i.test(
    messageOf(error),
  );

/** Commander's message in one line, followed by what exists where it complains about an unknown word. */
function explainUsage(error: CommanderError, program: Command): string {
  const message = messageOf(error)
    .replace(/^error: /, "")
    .replace(/\.?$/, ".");
  if (error.code === "commander.unknownCommand")
    return `${message} Commands: ${namesOf(commandIn(program)).join(", ")}.`;
  if (error.code === "commander.unknownOption") {
    const command = commandIn(program);
    const options = command.options.filter(({ hidden }) => !hidden).map(({ long, short }) => long ?? short);
    return `${message} Options of ${command.name()}: ${[...options, "--help"].join(", ")}.`;
  }
  return message;
}

const namesOf = (command: Command) => command.commands.map((child) => child.name());

/** The innermost command that the words of the command line lead to. */
function commandIn(program: Command): Command {
  let command = program;
  for (const word of process.argv.slice(2)) {
    const child = command.commands.find((candidate) => candidate.name() === word);
    if (child) command = child;
  }
  return command;
}
