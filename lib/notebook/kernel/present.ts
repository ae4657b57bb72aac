import { inspect } from "node:util";
import type { ColumnTable } from "arquero";
import type { DataFrame } from "danfojs-node";
import type { ArmRuns } from "../../study/arm.js";
import { fromArquero, fromDataFrame } from "../../tables/frames.js";
import { tableMimeType, tableToJson } from "../../tables/json.js";
import { renderTable } from "../../tables/render.js";
import type { Table } from "../../tables/table.js";

/** A value in several MIME types. */
export type Bundle = { "text/plain": string } & Record<string, unknown>;

/** Rows of a table that are shown. */
const shownRows = 10;

/**
 * The value of a cell's last expression as a notebook shows it: tables of arquero and danfojs as their first ten rows
 * and their size, arms with their runs as one line, all else as Node prints it.
 */
export function presentValue(value: unknown): Bundle {
  const table = asTable(value);
  if (table)
    return {
      "text/html": renderTable(table, "html"),
      "text/plain": renderTable(table, "text"),
      [tableMimeType]: tableToJson(table),
    };
  const runs = asArmRuns(value);
  return { "text/plain": runs ? describeArms(runs) : inspect(value, { depth: 4 }) };
}

/** Known by what they can do: a cell may have loaded a copy of the library that made them. */
function asTable(value: unknown): Table | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (hasMethods(value, "columnNames", "numRows", "numCols", "objects")) {
    const frame = value as ColumnTable;
    const size = { rows: frame.numRows(), columns: frame.numCols() };
    return { ...fromArquero(frame, { limit: shownRows }), note: sizeOf(size) };
  }
  if (hasMethods(value, "iloc", "loc", "groupby") && "columns" in value && "shape" in value) {
    const frame = value as DataFrame;
    const [rows = 0, columns = 0] = frame.shape;
    return { ...fromDataFrame(frame, { limit: shownRows }), note: sizeOf({ rows, columns }) };
  }
  return undefined;
}

const hasMethods = (value: object, ...names: string[]): boolean =>
  names.every((name) => typeof (value as Record<string, unknown>)[name] === "function");

function sizeOf({ rows, columns }: { rows: number; columns: number }): string {
  const shown = rows > shownRows ? `, the first ${shownRows} shown` : "";
  return `${count(rows, "row")} × ${count(columns, "column")}${shown}`;
}

function asArmRuns(value: unknown): ArmRuns[] | undefined {
  const list = Array.isArray(value) ? (value as unknown[]) : [value];
  return list.length > 0 && list.every(isArmRuns) ? list : undefined;
}

function isArmRuns(value: unknown): value is ArmRuns {
  if (typeof value !== "object" || value === null) return false;
  const { arm, runs } = value as Partial<ArmRuns>;
  return (
    typeof arm?.label === "string" &&
    Array.isArray(runs) &&
    runs.every((run) => typeof run?.record?.seed === "number")
  );
}

/** e.g. "8 arms, 24 runs, seeds 1, 2, 3" or "Adam, L2 1e-3: 3 runs, seeds 1, 2, 3". */
function describeArms(list: ArmRuns[]): string {
  const runs = list.flatMap((one) => one.runs);
  const seeds = [...new Set(runs.map(({ record }) => record.seed))].sort((a, b) => a - b);
  const parts = [
    count(runs.length, "run"),
    ...(seeds.length > 0 ? [`${seeds.length === 1 ? "seed" : "seeds"} ${seeds.join(", ")}`] : []),
  ].join(", ");
  return list.length === 1 ? `${list[0]!.arm.label}: ${parts}` : `${count(list.length, "arm")}, ${parts}`;
}

const count = (number: number, noun: string): string =>
  `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
