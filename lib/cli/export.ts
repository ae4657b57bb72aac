import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { UsageError } from "../errors.js";
import { type ExportFormat, type ExportOptions, exportFormats } from "../export/runs.js";
import { RunIndex } from "../runs/run-index.js";
import { type StoredRun, whyUnread } from "../runs/store.js";
import { oneOf } from "../suggest.js";
import { labelsOf } from "./runs.js";
import { shownPath } from "./shown-path.js";

interface ExportCommandOptions {
  to: string;
  format: ExportFormat[];
  only?: string[];
  json?: boolean;
}

export function register(program: Command): void {
  program
    .command("export")
    .description(
      "write the finished runs as tables (CSV, Arrow, Parquet), as TensorBoard logs, and their networks as ONNX models",
    )
    .requiredOption("--to <folder>", "folder to write to", parseFolder)
    .option("--format <formats>", `${exportFormats.join(", ")}; several with commas`, parseFormats, ["csv"])
    .option("--only <names...>", "hypotheses (h01) or runs (an id, or id/seed); default: every run")
    .option("--json", "print what was written as JSON")
    .action(exportCommand);
}

function parseFolder(text: string): string {
  const path = resolve(text);
  if (statSync(path, { throwIfNoEntry: false })?.isFile())
    throw new UsageError(
      `--to ${text} is a file. Expected a folder to write to; it is made if it is not there.`,
    );
  return path;
}

const parseFormats = (text: string): ExportFormat[] => [
  ...new Set(text.split(",").map((word) => oneOf("format", word.trim(), exportFormats))),
];

async function exportCommand({ to, format, only = [], json }: ExportCommandOptions): Promise<void> {
  const [{ exportRuns }, { findHypothesis, hypotheses }] = await Promise.all([
    import("../export/runs.js"),
    import("../hypotheses/index.js"),
  ]);
  const index = new RunIndex();
  const datasets = index.datasets();
  const members = new Map(hypotheses.map((hypothesis) => [hypothesis.id, labelsOf(hypothesis, datasets)]));
  const isRun = (word: string) => /^[0-9a-f]{12}(\/\d+)?$/.test(word);
  const wanted = only.map((word) => (isRun(word) ? word : findHypothesis(word).id));
  const isWanted = (id: string, seed: number) =>
    wanted.length === 0 || wanted.some((word) => isOf({ id, seed }, word, members.get(word)));
  const problems: string[] = [];
  const chosen = chosenRuns(index, isWanted, (line) => problems.push(line));
  const first = chosen.next();
  if (first.done) {
    for (const problem of problems) process.stderr.write(`note ${problem}\n`);
    const which = only.length > 0 ? ` of ${only.join(", ")}` : "";
    throw new UsageError(`There is no finished run${which} to export. See what there is: npm run runs.`);
  }
  const result = await exportRuns(prepended(first.value, chosen), {
    directory: to,
    formats: format,
    hypothesesOf: (id) => [...members].filter(([, labels]) => labels.has(id)).map(([name]) => name),
    ...(format.includes("onnx") && { onModel: await modelCheck() }),
  });
  for (const line of modelLines(result.withoutWeights)) problems.push(line);
  for (const problem of problems) process.stderr.write(`note ${problem}\n`);
  if (json) {
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    return;
  }
  const rows = Object.entries(result.rows).map(([name, count]) => `${name} ${count.toLocaleString("en")}`);
  process.stdout.write(`${result.runs} runs; rows: ${rows.join(", ")}\n`);
  for (const file of result.files) process.stdout.write(`  ${shownPath(file)}\n`);
  if (format.includes("tensorboard"))
    process.stdout.write(`See the logs: tensorboard --logdir ${shownPath(result.files.at(-1)!)}\n`);
}

/** Runs every exported model beside the engine, where there is something to run it. */
async function modelCheck(): Promise<ExportOptions["onModel"]> {
  const { canCheck, checkExport } = await import("../onnx/check.js");
  if (!canCheck()) {
    process.stderr.write("note The models are not checked: npm run engine -- onnx adds what runs them.\n");
    return undefined;
  }
  const { openEngine } = await import("../engine/index.js");
  const engine = await openEngine();
  return (model, bytes) => checkExport(model, bytes, engine);
}

function modelLines(runs: readonly string[]): string[] {
  if (runs.length === 0) return [];
  const [first] = runs;
  const which = runs.length === 1 ? `Run ${first} has` : `${runs.length} runs, the first ${first}, have`;
  return [
    `${which} no weights in the cache, and so no ONNX model: npm run prune -- ${first} --retrain --out DIR trains it again.`,
  ];
}

/** A run that was trained in both places comes once; as everywhere, the committed record is the one that counts. */
function* chosenRuns(
  index: RunIndex,
  isWanted: (id: string, seed: number) => boolean,
  onProblem: (line: string) => void,
): Generator<StoredRun> {
  for (const id of index.ids().sort()) {
    for (const seed of index.seeds(id)) {
      if (!isWanted(id, seed)) continue;
      const found = index.find(id, seed);
      if (found.state === "finished") yield found;
      else if (found.state !== "missing") onProblem(`${shownPath(found.folder)}: ${whyUnread(found)}`);
    }
  }
}

function* prepended<T>(first: T, rest: Iterable<T>): Generator<T> {
  yield first;
  yield* rest;
}

/** Whether a run is what a word names: a run, a configuration with all its seeds, or a hypothesis with these arms. */
function isOf(
  run: { id: string; seed: number },
  word: string,
  arms: Map<string, string> | undefined,
): boolean {
  const [id, seed] = word.split("/");
  return arms ? arms.has(run.id) : run.id === id && (seed === undefined || run.seed === Number(seed));
}
