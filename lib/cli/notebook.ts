import { basename } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { UsageError } from "../errors.js";
import { defaultTimeout, executeNotebook, NotebookFailure } from "../notebook/execute.js";
import { listNotebooks, resolveNotebooks } from "../notebook/notebooks.js";
import { ensurePython, jupyterEnvironment } from "./python.js";

interface NotebookOptions {
  all?: boolean;
  timeout: number;
}

export function register(program: Command): void {
  program
    .command("notebook")
    .summary("execute notebooks again, headless")
    .description("Execute notebooks from top to bottom in a fresh kernel and write their outputs back.")
    .argument("[notebooks...]", 'by number or name, e.g. "01"')
    .option("--all", "every notebook")
    .option(
      "--timeout <seconds>",
      "fail a cell that neither ends nor shows anything for this long",
      parseSeconds,
      defaultTimeout,
    )
    .action(runNotebooks);
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && Number.isFinite(seconds)) return seconds;
  throw new InvalidArgumentError("Expected a number of seconds greater than 0.");
}

async function runNotebooks(names: string[], { all = false, timeout }: NotebookOptions): Promise<void> {
  if (all === names.length > 0)
    throw new UsageError(
      'Expected either notebooks or --all, e.g. "npm run notebook -- 01" or "npm run notebook -- --all".',
    );
  const paths = all ? listNotebooks() : resolveNotebooks(names);
  const python = await ensurePython({ print: console.log });
  for (const path of paths) {
    const name = basename(path);
    console.log(`Executing ${name} ...`);
    const started = performance.now();
    const { changed, withoutPicture } = await executeNotebook(path, {
      python,
      env: jupyterEnvironment(),
      timeout,
    }).catch((error: unknown) => {
      if (error instanceof NotebookFailure) console.error(error.trace);
      throw error;
    });
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${name}: ${changed ? "outputs updated" : "unchanged"}, ${seconds} s`);
    if (withoutPicture > 0)
      console.log(
        `${name}: ${withoutPicture} figures have no picture, so that GitHub shows none; "npm run doctor" says how to add Chromium.`,
      );
  }
}
