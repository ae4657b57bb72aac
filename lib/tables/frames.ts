import type { ColumnTable } from "arquero";
import type { DataFrame } from "danfojs-node";
import type { Cell, Table } from "./table.js";

/** An arquero table as a `Table`: columns keep their names, values that are no number become text. `limit`: rows at most. */
export function fromArquero(
  frame: ColumnTable,
  { limit = Number.POSITIVE_INFINITY }: { limit?: number } = {},
): Table {
  const names = frame.columnNames();
  const rows = frame.objects({ limit }) as Record<string, unknown>[];
  return {
    columns: names.map((label) => ({ label })),
    rows: rows.map((row) => names.map((name) => cellOf(row[name]))),
  };
}

/** A danfojs frame as a `Table`, its index in front. `limit`: rows at most. */
export function fromDataFrame(
  frame: DataFrame,
  { limit = Number.POSITIVE_INFINITY }: { limit?: number } = {},
): Table {
  const values = (frame.values as unknown[][]).slice(0, limit);
  return {
    columns: ["", ...frame.columns].map((label) => ({ label })),
    rows: values.map((row, i) => [String(frame.index[i]), ...row.map(cellOf)]),
  };
}

function cellOf(value: unknown): Cell {
  if (typeof value === "number") return value;
  return value === null || value === undefined ? null : String(value);
}
