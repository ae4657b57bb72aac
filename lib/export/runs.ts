import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, UserError } from "../errors.js";
import { describeArm } from "../runs/describe.js";
import type { Run } from "../runs/record.js";
import { readRun, type StoredRun } from "../runs/store.js";
import { type Cell, type Columns, columnsOf, rowCount } from "./columns.js";
import { exportedTables, runRow } from "./tables.js";
import { encodeEvents } from "./tensorboard/event-file.js";
import { runEvents } from "./tensorboard/run-events.js";
import { type TableFormat, type TableWriter, tableWriters } from "./writers.js";

export const exportFormats = ["csv", "arrow", "parquet", "tensorboard"] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface ExportOptions {
  /** Folder to write to; made if it is not there. Files of an earlier export are replaced. */
  directory: string;
  /** Default: csv. */
  formats?: readonly ExportFormat[];
  /** Hypotheses that a configuration belongs to, by its id, e.g. ["h01", "h03"]. */
  hypothesesOf?: (id: string) => readonly string[];
  onRun?: (done: number, all: number) => void;
}

export interface ExportResult {
  runs: number;
  /** Rows of each table. */
  rows: Record<string, number>;
  /** Paths written; of TensorBoard's logs, the folder that holds them all. */
  files: string[];
}

/**
 * Writes runs as tables (`runs`, `epochs`, `epoch-layers`, `layers`, `filters`; a file each and format) and as a TensorBoard
 * log folder with one log a run. Throws `UserError` where a run's table is damaged or the folder cannot be written.
 */
export async function exportRuns(
  stored: readonly StoredRun[],
  { directory, formats = ["csv"], hypothesesOf = () => [], onRun }: ExportOptions,
): Promise<ExportResult> {
  await mkdir(directory, { recursive: true }).catch((error: unknown) => {
    throw new UserError(
      `${directory} cannot be written to: ${messageOf(error)}. Name another folder with --to.`,
    );
  });
  const names: TableFormat[] = formats.filter((format) => format !== "tensorboard");
  const output = (name: string) => new TableOutput(name, directory, names);
  const outputs = exportedTables.map((table) => ({ table, output: output(table.name) }));
  const logs = formats.includes("tensorboard") ? join(directory, "tensorboard") : undefined;
  const rows: Record<string, Cell>[] = [];
  for (const [index, one] of stored.entries()) {
    const run = await readRun(one);
    rows.push(runRow(run, { hypotheses: hypothesesOf(run.record.id).join(" ") }));
    for (const { table, output } of outputs) await output.add(table.columns(run));
    if (logs !== undefined) await writeLog(logs, run);
    onRun?.(index + 1, stored.length);
  }
  const runs = output("runs");
  await runs.add(columnsOf(rows));
  const all = [runs, ...outputs.map(({ output }) => output)];
  for (const one of all) await one.close();
  return {
    runs: stored.length,
    rows: Object.fromEntries(all.map(({ name, rows }) => [name, rows])),
    files: [...all.flatMap(({ files }) => files), ...(logs === undefined ? [] : [logs])],
  };
}

/** One table in every format that was asked for. */
class TableOutput {
  readonly files: string[];
  rows = 0;
  readonly #writers: TableWriter[];

  constructor(
    readonly name: string,
    directory: string,
    formats: readonly TableFormat[],
  ) {
    const file = (format: TableFormat) => join(directory, `${name}.${format}`);
    this.files = formats.map(file);
    this.#writers = formats.map((format) => tableWriters[format](file(format)));
  }

  async add(piece: Columns): Promise<void> {
    this.rows += rowCount(piece);
    for (const writer of this.#writers) await writer.write(piece);
  }

  async close(): Promise<void> {
    for (const writer of this.#writers) await writer.close();
  }
}

/** A folder a run, named as TensorBoard lists it: `adam-l2-1e-3-3fa9c1d2b7aa/seed-1`. */
async function writeLog(logs: string, run: Run): Promise<void> {
  const { id, seed, config, timing } = run.record;
  const arm = describeArm(config)
    .toLowerCase()
    .replace(/[^a-z0-9.+-]+/g, "-");
  const folder = join(logs, `${arm}-${id}`, `seed-${seed}`);
  await mkdir(folder, { recursive: true });
  const seconds = Math.floor(Date.parse(timing.startedAt) / 1000);
  const file = join(folder, `events.out.tfevents.${String(seconds).padStart(10, "0")}.filter-sparsity`);
  await writeFile(file, encodeEvents(runEvents(run)));
}
