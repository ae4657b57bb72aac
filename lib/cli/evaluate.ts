import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { messageOf, UsageError, UserError } from "../errors.js";
import { libraryRoot, projectRoot } from "../paths.js";
import { environmentWith } from "../settings.js";
import { oneOf } from "../suggest.js";
import { type EvaluationRow, evaluationRows, imagesFolder, outFolder } from "./evaluation.js";

interface EvaluateOptions {
  data?: string;
}

export function register(program: Command): void {
  program
    .command("evaluate")
    .summary("run the claims of docs/evaluation.md and compare what comes out")
    .description(
      "Run the commands of docs/evaluation.md, a claim each, and compare what they print with what is expected. What trains does so from nothing, in a folder of its own; the records here stay as they are.",
    )
    .argument(
      "[claims...]",
      `${evaluationRows.map(({ id }) => id).join(", ")}; default: all that need no data`,
    )
    .option("--data <dir>", "folder of CIFAR-10, for the claims that need it")
    .action(evaluate);
}

async function evaluate(names: string[], { data }: EvaluateOptions): Promise<void> {
  const ids = evaluationRows.map(({ id }) => id);
  for (const name of names) oneOf("claim", name, ids);
  const asked = evaluationRows.filter(({ id, needs }) =>
    names.length > 0 ? names.includes(id) : needs === undefined || data !== undefined,
  );
  const lacking = asked.find(({ needs }) => needs !== undefined && data === undefined);
  if (lacking) throw new UsageError(`${lacking.id} needs ${lacking.needs}.`);
  const failed: string[] = [];
  for (const row of asked) {
    const started = performance.now();
    const difference = await evaluateRow(row, data ?? "").catch(messageOf);
    const seconds = Math.round((performance.now() - started) / 1000);
    console.log(`${difference === undefined ? "ok     " : "differs"} ${row.id}, ${seconds} s: ${row.claim}`);
    if (difference === undefined) continue;
    console.log(`        expected: ${row.expected}\n        found: ${difference}`);
    failed.push(row.id);
  }
  if (failed.length > 0)
    throw new UserError(
      `${failed.length} of ${asked.length} claims came out otherwise: ${failed.join(", ")}.`,
    );
}

async function evaluateRow(row: EvaluationRow, data: string): Promise<string | undefined> {
  const aside = mkdtempSync(join(tmpdir(), "filter-sparsity-evaluate-"));
  const trains = row.commands.some(([name]) => name === "start" || name === "reproduce");
  const own = { FILTER_SPARSITY_RUNS: join(aside, "runs"), FILTER_SPARSITY_CACHE: join(aside, "cache") };
  try {
    let output = "";
    for (const words of row.commands) {
      const given = words.map((word) =>
        word === outFolder ? join(aside, "out") : word.replace(imagesFolder, data),
      );
      output = await runCommand(given, trains ? own : {});
    }
    return row.differs(output);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** What a command prints on its standard output. Throws with what it said last where it fails. */
function runCommand(words: readonly string[], settings: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    const main = join(libraryRoot, "dist", "cli", "main.js");
    const env = environmentWith(settings);
    const child = spawn(process.execPath, [main, ...words], { cwd: projectRoot, env });
    let [output, said] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`exit code ${code}: ${(said || output).trim().split("\n").at(-1)}`));
    });
  });
}
