import { type Cell, isEstimate, type Table } from "./table.js";

export interface FormattedColumn {
  cells: string[];
  /** Which cells are the best of the column. */
  best: boolean[];
  align: "left" | "right";
}

/**
 * A column's cells as text. With `aligned`, both halves of "mean ± half-width" are padded, so that digits stand below
 * each other in a fixed-width font.
 */
export function formatColumn(
  table: Table,
  index: number,
  { aligned }: { aligned: boolean },
): FormattedColumn {
  const column = table.columns[index]!;
  const cells = table.rows.map((row) => row[index] ?? null);
  const numeric = cells.some((cell) => typeof cell === "number" || isEstimate(cell));
  const digits = column.digits ?? digitsFor(cells);
  const parts = cells.map((cell) => formatCell(cell, digits));
  const widest = (half: 0 | 1) => Math.max(...parts.map((part) => part[half].length), 0);
  const [first, second] = [widest(0), widest(1)];
  return {
    cells: parts.map(([left, right], i) => {
      if (!aligned || !isEstimate(cells[i]!)) return left + right;
      return left.padStart(first) + right.padEnd(second);
    }),
    best: cells.map((cell) => isEstimate(cell) && cell.best === true),
    align: numeric ? "right" : "left",
  };
}

function formatCell(cell: Cell, digits: number): [string, string] {
  if (cell === null) return ["–", ""];
  if (typeof cell === "string") return [cell, ""];
  if (typeof cell === "number") return [formatNumber(cell, digits), ""];
  const halfWidth = Number.isFinite(cell.halfWidth) ? ` ± ${formatNumber(cell.halfWidth, digits)}` : "";
  return [formatNumber(cell.mean, digits), halfWidth];
}

function formatNumber(value: number, digits: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  if (value !== 0 && Math.abs(value) < 0.5 * 10 ** -digits && digits > 0) return value.toExponential(1);
  return value.toFixed(digits).replace(/^-/, "−");
}

function digitsFor(cells: Cell[]): number {
  const numbers = cells.filter((cell) => typeof cell === "number").filter(Number.isFinite);
  if (numbers.every(Number.isInteger)) return 0;
  const largest = Math.max(...numbers.map(Math.abs));
  return Math.min(6, Math.max(0, 3 - Math.floor(Math.log10(largest))));
}
