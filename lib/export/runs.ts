import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, UserError } from "../errors.js";
import type { TrainedModel } from "../pruning/model.js";
import { describeArm } from "../runs/describe.js";
import { imagesOf, modelOf } from "../runs/model-of.js";
import type { Run } from "../runs/record.js";
import { readRun, type StoredRun } from "../runs/store.js";
import { findWeights } from "../runs/weights.js";
import { StagedFiles } from "../staged.js";
import { type Cell, type Columns, columnsOf, rowCount } from "./columns.js";
import { dictionaryCsv } from "./dictionary.js";
import { exportedTables, runRow } from "./tables.js";
import { encodeEvents } from "./tensorboard/event-file.js";
import { runEvents } from "./tensorboard/run-events.js";
import { type TableFormat, type TableWriter, tableWriters } from "./writers.js";

export const exportFormats = ["csv", "arrow", "parquet", "tensorboard", "onnx"] as const;
export type ExportFormat = (typeof exportFormats)[number];

const logFolder = "tensorboard";
const modelFolder = "models";

const isTableFormat = (format: ExportFormat): format is TableFormat => format in tableWriters;

export interface ExportOptions {
  /** Folder to write to; made if it is not there. Files of an earlier export are replaced. */
  directory: string;
  /** Default: csv. */
  formats?: readonly ExportFormat[];
  /** Hypotheses that a configuration belongs to, by its id, e.g. ["h01", "h03"]. */
  hypothesesOf?: (id: string) => readonly string[];
  onRun?: (done: number) => void;
  /** Called with every network that is written as ONNX, before it is; what it throws ends the export. */
  onModel?: (model: TrainedModel, bytes: Uint8Array) => Promise<unknown>;
}

export interface ExportResult {
  runs: number;
  /** Rows of each table. */
  rows: Record<string, number>;
  /** Paths written; of TensorBoard's logs and of ONNX models, the folder that holds them all. */
  files: string[];
  /** Runs of which there is no ONNX model: their weights are not in the cache. */
  withoutWeights: string[];
}

/**
 * Writes runs as tables (`runs`, `epochs`, `epoch-layers`, `layers`, `filters`; a file each and format) and as a TensorBoard
 * log folder with one log a run; beside tables `dictionary.csv` says what each column holds. Runs are read one at a time; all files are put in place together, when all are written.
 * Throws `UserError` where a run's table is damaged, where there is no run, or where the folder cannot be written.
 */
export async function exportRuns(
  stored: Iterable<StoredRun>,
  { directory, formats = ["csv"], hypothesesOf = () => [], onRun, onModel }: ExportOptions,
): Promise<ExportResult> {
  const staged = explained(directory, () => new StagedFiles(directory));
  try {
    const result = await writeRuns(stored, staged, { formats, hypothesesOf, onRun, onModel });
    const paths = staged.commit();
    const folders = [modelFolder, logFolder].map((name) => join(directory, name));
    const within = (folder: string) => paths.filter((path) => path.startsWith(join(folder, "/")));
    const inFolders = folders.flatMap(within);
    const tables = paths.filter((path) => !inFolders.includes(path));
    return { ...result, files: [...tables, ...folders.filter((folder) => within(folder).length > 0)] };
  } catch (error) {
    throw isDiskError(error) ? cannotWrite(directory, error) : error;
  } finally {
    staged.discard();
  }
}

async function writeRuns(
  stored: Iterable<StoredRun>,
  staged: StagedFiles,
  {
    formats,
    hypothesesOf,
    onRun,
    onModel,
  }: Required<Pick<ExportOptions, "formats" | "hypothesesOf">> & {
    [Option in "onRun" | "onModel"]: ExportOptions[Option] | undefined;
  },
): Promise<Omit<ExportResult, "files">> {
  const names: TableFormat[] = formats.filter(isTableFormat);
  const output = (name: string) => new TableOutput(name, staged, names);
  const runs = output("runs");
  const outputs = exportedTables.map((table) => ({ table, output: output(table.name) }));
  const all = [runs, ...outputs.map(({ output }) => output)];
  const rows: Record<string, Cell>[] = [];
  const withoutWeights: string[] = [];
  try {
    for (const one of stored) {
      const run = readRun(one);
      rows.push(runRow(run, { hypotheses: hypothesesOf(run.record.id).join(" ") }));
      for (const { table, output } of outputs) await output.add(table.columns(run));
      if (formats.includes("tensorboard")) await writeLog(staged, run);
      if (formats.includes("onnx") && !(await writeModel(staged, run, onModel)))
        withoutWeights.push(`${run.record.id}/${run.record.seed}`);
      onRun?.(rows.length);
    }
    if (rows.length === 0) throw new UserError("There is no run to export.");
    await runs.add(columnsOf(rows));
    for (const one of all) await one.close();
    if (names.length > 0) {
      const columns = Object.fromEntries(all.map(({ name, columns }) => [name, columns]));
      await writeFile(staged.path("dictionary.csv"), dictionaryCsv(columns));
    }
  } catch (error) {
    for (const one of all) await one.close().catch(() => {});
    throw error;
  }
  return {
    ...{ runs: rows.length, withoutWeights },
    rows: Object.fromEntries(all.map(({ name, rows }) => [name, rows])),
  };
}

const isDiskError = (error: unknown): boolean =>
  ["ENOSPC", "EDQUOT", "EACCES", "EROFS", "EPERM", "ENOTDIR", "ENAMETOOLONG"].includes(
    (error as NodeJS.ErrnoException)?.code ?? "",
  );

const cannotWrite = (directory: string, error: unknown): UserError =>
  new UserError(
    `${directory} cannot be written to: ${messageOf(error)}. What was there before is as it was. Make room or access there, or name another folder with --to.`,
    { cause: error },
  );

function explained<T>(directory: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw cannotWrite(directory, error);
  }
}

/** One table in every format that was asked for. */
class TableOutput {
  rows = 0;
  columns: string[] = [];
  readonly #writers: TableWriter[];

  constructor(
    readonly name: string,
    staged: StagedFiles,
    formats: readonly TableFormat[],
  ) {
    this.#writers = formats.map((format) => tableWriters[format](staged.path(`${name}.${format}`)));
  }

  async add(piece: Columns): Promise<void> {
    this.rows += rowCount(piece);
    this.columns = Object.keys(piece);
    for (const writer of this.#writers) await writer.write(piece);
  }

  async close(): Promise<void> {
    for (const writer of this.#writers) await writer.close();
  }
}

/** The network of a run as it was trained. False where its weights are gone. */
async function writeModel(
  staged: StagedFiles,
  { record }: Run,
  onModel: ExportOptions["onModel"],
): Promise<boolean> {
  const found = await findWeights(record);
  if (found.state !== "whole") return false;
  const [{ encodeOnnx }, { trainedModel }] = await Promise.all([
    import("../onnx/trained.js"),
    import("../pruning/model.js"),
  ]);
  const model = trainedModel(modelOf(record), imagesOf(record), found.weights);
  const bytes = encodeOnnx(model, { normalization: record.dataset });
  await onModel?.(model, bytes);
  await writeFile(staged.path(join(modelFolder, `${record.id}-${record.seed}.onnx`)), bytes);
  return true;
}

/** A folder a run, named as TensorBoard lists it: `adam-l2-1e-3-3fa9c1d2b7aa/seed-1`. */
async function writeLog(staged: StagedFiles, run: Run): Promise<void> {
  const { id, seed, config, timing } = run.record;
  const arm = describeArm(config)
    .toLowerCase()
    .replace(/[^a-z0-9.+-]+/g, "-");
  const seconds = String(Math.floor(Date.parse(timing.startedAt) / 1000)).padStart(10, "0");
  const name = `events.out.tfevents.${seconds}.filter-sparsity`;
  const file = staged.path(join(logFolder, `${arm}-${id}`, `seed-${seed}`, name));
  await writeFile(file, encodeEvents(runEvents(run)));
}
