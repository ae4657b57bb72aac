import { readlink } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { type ColumnSource, parquetWriteBuffer } from "hyparquet-writer";
import { allArms } from "../../hypotheses/hypothesis.js";
import { hypotheses } from "../../hypotheses/index.js";
import { libraryRoot } from "../../paths.js";
import { runId } from "../../runs/config.js";
import type { Run } from "../../runs/record.js";
import { RunIndex } from "../../runs/run-index.js";
import { scales } from "../../study/arm.js";
import { filterHistories } from "../../study/filter-states.js";
import { runsOnRecord } from "../../study/on-record.js";
import { epochRows, factorColumns, layerRows, runRows } from "../../study/run-rows.js";
import { keptFiles } from "../kept-files.js";
import {
  type Catalog,
  type Column,
  type ExplorerTable,
  filterStates,
  type Level,
  type RunLife,
} from "./catalog.js";
import { filterTables, type RunOfArm } from "./filter-tables.js";
import { columnWords } from "./words.js";

/** Numbers of at most so many values can be chosen by value too. */
const mostLevels = 40;
const runsInGroup = 25;

/** What the site says of runs, besides what it knows of its own pages. */
export type DataCatalog = Omit<Catalog, "pages" | "cellsPage">;

/**
 * All runs on record as columns: the catalog and Parquet files by name. Made once for a set of records and a build of the
 * library.
 */
export async function explorerData(): Promise<Record<string, Buffer>> {
  const stored = new RunIndex();
  const records = stored.ids().map((id) => [id, stored.seeds(id)]);
  return keptFiles("paper-explorer", [await readlink(join(libraryRoot, "dist")), records], async () => {
    const runs: RunOfArm[] = [];
    for (const evaluatedOn of ["test", "validation"] as const)
      for (const { arm, runs: own } of await runsOnRecord({ evaluatedOn }))
        runs.push(...own.map((run) => ({ arm, run })));
    return explorerFiles(runs);
  });
}

/** The same of these runs. */
export function explorerFiles(runs: readonly RunOfArm[]): Record<string, Buffer> {
  const files: Record<string, Buffer> = {};
  const put = (name: string, columns: ColumnSource[], rowGroupSize?: number) => {
    const rows = columns[0]?.data.length ?? 0;
    files[name] = parquet(columns, rowGroupSize ?? Math.max(1, rows));
    return { address: name, bytes: files[name].length, rows };
  };
  const factorNames = runs[0] ? [...Object.keys(factorColumns(runs[0].arm)), "seed"] : [];
  const each = (rowsOf: typeof runRows | typeof epochRows | typeof layerRows) =>
    runs.flatMap(({ arm, run }, index) =>
      rowsOf([{ arm, runs: [run] }]).map((row) => ({ ...(row as object as Row), run: index })),
    );
  const table = (name: "runs" | "epochs" | "layers", rows: Row[]): ExplorerTable => {
    const names = Object.keys(rows[0] ?? {}).filter((own) => !ignored.includes(own) && !isFactor(name, own));
    const { columns, sources } = described(names, rows);
    const run = numbers(
      "run",
      rows.map((row) => row.run as number),
      "INT32",
    );
    return { columns, files: [put(`${name}.parquet`, [run, ...sources])] };
  };
  const isFactor = (of: string, name: string) =>
    factorNames.includes(name) && !(of === "layers" && name === "filters");

  const members = hypothesesById();
  const rows = each(runRows);
  const factors = described(factorNames, rows);
  const own = table("runs", rows);
  const identity = [
    texts("id", runs, ({ run }) => run.record.id),
    texts("hypotheses", runs, ({ run }) => members.get(run.record.id)?.join(" ") ?? ""),
    texts("evaluatedOn", runs, ({ run }) => run.record.dataset.evaluatedOn),
  ];
  const factorFile = put("factors.parquet", [...identity, ...factors.sources]);
  const filters = filterTables(runs);
  const catalog: DataCatalog = {
    factors: factors.columns,
    factorFile,
    tables: {
      runs: own,
      epochs: table("epochs", each(epochRows)),
      layers: table("layers", each(layerRows)),
      filters: {
        columns: filters.columns,
        files: filters.tables.map(({ percent, sources }) => put(`filters-${percent}.parquet`, sources)),
      },
    },
    probes: filters.tables.map(({ percent }) => percent),
    lives: put("lives.parquet", [texts("life", runs, ({ run }) => JSON.stringify(lifeOf(run)))], runsInGroup),
    runsInGroup,
  };
  files["catalog.json"] = Buffer.from(JSON.stringify(catalog));
  return files;
}

type Row = Record<string, Level>;

/** Columns of frames that stand for the run itself. */
const ignored = ["run", "id", "seed"];

/** Columns of rows with what they hold: names as places among their levels. */
function described(
  names: readonly string[],
  rows: readonly Row[],
): { columns: Column[]; sources: ColumnSource[] } {
  const columns: Column[] = [];
  const sources = names.map((name) => {
    const values = rows.map((row) => row[name] ?? null);
    const levels = inOrder([...new Set(values)]);
    const isName = levels.some((level) => level !== null && typeof level !== "number");
    columns.push({
      ...{ name, ...(columnWords[name] ?? { words: name }) },
      ...((isName || levels.length <= mostLevels) && { levels }),
      ...(isName && { isName }),
    });
    if (!isName) return numbers(name, values as (number | null)[], "DOUBLE");
    const places = new Map(levels.map((level, place) => [level, place]));
    return numbers(
      name,
      values.map((value) => places.get(value)!),
      "INT32",
    );
  });
  return { columns, sources };
}

/** Numbers by size, "C2" before "C10", what is missing last. */
const inOrder = (levels: Level[]): Level[] =>
  levels.sort((a, b) => {
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    if (typeof a === "number" && typeof b === "number") return a - b;
    return String(a).localeCompare(String(b), "en", { numeric: true });
  });

/** What is missing is NaN. */
const numbers = (
  name: string,
  values: readonly (number | null)[],
  type: "INT32" | "DOUBLE",
): ColumnSource => ({
  ...{ name, type, nullable: false },
  data:
    type === "INT32"
      ? Int32Array.from(values as number[])
      : Float64Array.from(values, (value) => value ?? Number.NaN),
});

const texts = (name: string, runs: readonly RunOfArm[], of: (run: RunOfArm) => string): ColumnSource => ({
  ...{ name, type: "STRING", nullable: false, data: runs.map(of) },
});

const parquet = (columnData: ColumnSource[], rowGroupSize: number): Buffer =>
  Buffer.from(
    parquetWriteBuffer({
      ...{ columnData, rowGroupSize, statistics: false, codec: "BROTLI" },
      // The best compression takes twenty times as long for a few percent.
      compressors: {
        BROTLI: (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } }),
      },
    }),
  );

/** A run that diverged has no filters' life worth the name, and few probes. */
function lifeOf(run: Run): RunLife {
  const { config, probes, model } = run.record;
  return {
    config,
    steps: probes.steps,
    layers: model.layers.map(({ name, filters }) => ({ name, filters })),
    states: filterHistories(run).map(({ states }) =>
      states.map((state) => filterStates.indexOf(state)).join(""),
    ),
  };
}

/** Hypotheses that have a configuration among their arms, at any scale. */
function hypothesesById(): Map<string, string[]> {
  const datasets = [undefined, ...new RunIndex().datasets()];
  const members = new Map<string, string[]>();
  for (const hypothesis of hypotheses) {
    const options = scales.flatMap((scale) => datasets.map((dataset) => ({ scale, dataset })));
    const ids = new Set(
      options.flatMap((own) => allArms(hypothesis, own)).map(({ config }) => runId(config)),
    );
    for (const id of ids) members.set(id, [...(members.get(id) ?? []), hypothesis.id]);
  }
  return members;
}
