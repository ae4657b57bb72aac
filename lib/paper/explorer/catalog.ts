/** What rows are of. */
export const tableNames = ["runs", "epochs", "layers", "filters"] as const;
export type TableName = (typeof tableNames)[number];

/** A value of a name, or of a number that takes few. */
export type Level = string | number | boolean | null;

/** A column of rows, as the frame of the same name has it (`filtersFrame` and so on). */
export interface Column {
  name: string;
  /** "share of filters inactive by activation" */
  words: string;
  unit?: string;
  /** Numbers with more than a few values have none. Names are stored as places in this list. */
  levels?: Level[];
  isName?: true;
  /** Whether its size in decades says more than its value. */
  log?: true;
}

/** A Parquet file beside the page, with one row group. */
export interface DataFile {
  address: string;
  bytes: number;
  rows: number;
}

export interface ExplorerTable {
  /** What its rows have besides the factors of their run. */
  columns: Column[];
  /** One, or of filters one for each probe. */
  files: DataFile[];
}

/** What is known before any row is read. */
export interface Catalog {
  /** What runs differ in: columns of every table, stored once for each run. */
  factors: Column[];
  /** They, and the identity of each run. */
  factorFile: DataFile;
  tables: Record<TableName, ExplorerTable>;
  /** Where in training the probes stand, % of all steps; the files of filters are in their order. */
  probes: number[];
  /** Configuration, probes and filters' states of each run, as JSON, in row groups of `runsInGroup`. */
  lives: DataFile;
  runsInGroup: number;
  /** Pages of hypotheses by id, where the site has them. */
  pages: Record<string, { href: string; title: string }>;
  /** The page whose first cell a chart's code is opened in; absent where the site lacks it. */
  cellsPage?: string;
}

/** Texts of each run that are no factors. */
export const identity = ["id", "hypotheses", "evaluatedOn"] as const;

/** What a run's panel shows of it, as the file of lives has it. */
export interface RunLife {
  config: object;
  /** Steps of the probes. */
  steps: number[];
  layers: { name: string; filters: number }[];
  /** Of each filter, the layers one after another, a digit a probe: a place in `filterStates`. */
  states: string[];
}

/** As `stateOf` and `filterHistories` name them. */
export const filterStates = ["alive", "alive again", "dead by activation", "dead by scale"] as const;

/** All columns that rows of a table have. */
export const columnsOf = ({ factors, tables }: Catalog, table: TableName): Column[] => {
  const own = tables[table].columns;
  const hidden = new Set(own.map(({ name }) => name));
  return [...factors.filter(({ name }) => !hidden.has(name)), ...own];
};
