import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { UserError } from "../errors.js";
import { headlessEnvironment } from "./kernel/headless.js";
import { requireExecutable } from "./notebook-schema.js";
import { readNotebook } from "./notebooks.js";
import { runProgram } from "./process.js";

export interface ExecuteNotebookOptions {
  /** A Python with nbconvert. */
  python: string;
  /** Environment under which Jupyter finds the kernel. */
  env: NodeJS.ProcessEnv;
  /** Seconds after which a cell that neither ends nor shows anything has failed. Default: `defaultTimeout`. */
  timeout?: number;
}

/** Training shows its progress: half an hour without a word is none. Seconds. */
export const defaultTimeout = 1800;

export interface ExecutedNotebook {
  /** Whether the file's bytes are other than before. */
  changed: boolean;
  /** Figures that have no picture for readers without Plotly (GitHub). */
  withoutPicture: number;
}

/** A notebook that did not run to its end. */
export class NotebookFailure extends UserError {
  /** The failing cell's trace, several lines. */
  readonly trace: string;

  constructor(name: string, trace: string) {
    super(`${name} did not run to its end, and is left as it was: ${trace.split("\n")[0]}`);
    this.trace = trace;
  }
}

/**
 * Runs a notebook from top to bottom in a fresh kernel and writes it back with its outputs, whole or not at all.
 * Throws `NotebookFailure` for the first failing cell, for an error in a timer or a rejection that nobody awaits, and for
 * a cell that stands still; the notebook is then as it was.
 */
export async function executeNotebook(
  path: string,
  { python, env, timeout = defaultTimeout }: ExecuteNotebookOptions,
): Promise<ExecutedNotebook> {
  const before = await readFile(path);
  requireExecutable(readNotebook(path), path);
  const folder = await mkdtemp(join(tmpdir(), "filter-sparsity-notebook-"));
  try {
    const name = basename(path);
    const report = join(folder, "failures.txt");
    const { code, output } = await runProgram(
      python,
      [...nbconvert, "--output-dir", folder, "--output", name, path],
      { env: { ...env, ...headlessEnvironment({ report, seconds: timeout }) } },
    );
    // What failed outside of a cell's own call is known to the kernel alone.
    if (existsSync(report)) throw new NotebookFailure(name, (await readFile(report, "utf8")).trim());
    if (code !== 0) throw new NotebookFailure(name, explainFailure(output));
    const executed = join(folder, name);
    const after = await readFile(executed);
    const changed = !after.equals(before);
    if (changed) await writeFileAtomic(path, after);
    return { changed, withoutPicture: countWithoutPicture(executed) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const nbconvert = [
  "-m",
  "nbconvert",
  "--to=notebook",
  "--execute",
  "--ExecutePreprocessor.kernel_name=filter-sparsity",
  "--ExecutePreprocessor.timeout=-1",
  // On a machine that trains besides, a kernel may take minutes to answer. Seconds.
  "--ExecutePreprocessor.startup_timeout=600",
  // Times of day would make every execution a change.
  "--ExecutePreprocessor.record_timing=False",
  // Runs after the execution, unlike --coalesce-streams.
  "--NotebookExporter.preprocessors=nbconvert.preprocessors.CoalesceStreamsPreprocessor",
  "--ClearMetadataPreprocessor.enabled=True",
  "--ClearMetadataPreprocessor.preserve_nb_metadata_mask={'kernelspec', 'language_info'}",
  "--ClearMetadataPreprocessor.preserve_cell_metadata_mask={'tags'}",
];

/** The failing cell's own trace out of nbconvert's Python traceback; else the last thing said. */
export function explainFailure(output: string): string {
  const lines = output.replaceAll("\r", "").trimEnd().split("\n");
  const report = lines.findIndex((line) => line.includes("CellExecutionError: "));
  if (report === -1) return lines.at(-1)?.trim() ?? "";
  // The report frames the cell's source, then what the cell printed, in dashed lines; the trace is below the last.
  const rule = lines.findLastIndex((line) => /^-{10,}$/.test(line));
  return lines
    .slice(rule + 1)
    .join("\n")
    .trim();
}

function countWithoutPicture(path: string): number {
  const outputs = readNotebook(path).cells.flatMap(({ outputs = [] }) => outputs);
  return outputs.filter(
    ({ data }) => data && "application/vnd.plotly.v1+json" in data && !("image/png" in data),
  ).length;
}
