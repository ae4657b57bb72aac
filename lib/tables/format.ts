import { shortNumber } from "../runs/describe.js";
import { type Cell, isEstimate, type Table } from "./table.js";

export interface FormattedColumn {
  cells: string[];
  /** Which cells are the best of the column. */
  best: boolean[];
  align: "left" | "right";
}

/**
 * A column's cells as text. With a `padding` as wide as a digit, what stands behind a number ("± half-width") is padded
 * to one width, so that in a right-aligned column decimal points stand below each other.
 */
export function formatColumn(
  table: Table,
  index: number,
  { padding }: { padding?: string } = {},
): FormattedColumn {
  const column = table.columns[index]!;
  const cells = table.rows.map((row) => row[index] ?? null);
  const numeric = cells.some((cell) => typeof cell === "number" || isEstimate(cell));
  const digits = column.digits ?? digitsFor(cells);
  const texts = cells.map((cell) =>
    isStrength(column.label) && typeof cell === "number"
      ? { text: shortNumber(cell) }
      : formatCell(cell, digits),
  );
  return {
    cells: numeric && padding !== undefined ? aligned(texts, padding) : texts.map(joined),
    best: cells.map((cell) => isEstimate(cell) && cell.best === true),
    align: numeric ? "right" : "left",
  };
}

/** Strengths of a penalty are powers of ten: "1e-3", as labels have them. */
const isStrength = (label: string): boolean => /(^| )(λ|lambda)$/.test(label);

interface CellText {
  /** Up to the last digit of a number. */
  text: string;
  halfWidth?: string;
}

const joined = ({ text, halfWidth }: CellText): string =>
  halfWidth === undefined ? text : `${text} ± ${halfWidth}`;

function aligned(texts: CellText[], padding: string): string[] {
  // "3 (1 diverged)": the number stands below the other numbers.
  const parts = texts.map(({ text, halfWidth }) => {
    const [, number = text, rest = ""] = /^([\d,]+)( .*)$/.exec(text) ?? [];
    return { number, rest, halfWidth };
  });
  const widest = Math.max(0, ...parts.map(({ halfWidth }) => halfWidth?.length ?? 0));
  const behind = parts.map(({ rest, halfWidth }) =>
    halfWidth === undefined ? rest : ` ± ${halfWidth.padStart(widest, padding)}`,
  );
  const width = Math.max(0, ...behind.map(({ length }) => length));
  return parts.map(({ number }, row) => number + behind[row]!.padEnd(width, padding));
}

function formatCell(cell: Cell, digits: number): CellText {
  if (cell === null) return { text: "–" };
  if (typeof cell === "string") return { text: cell };
  if (typeof cell === "number") return { text: formatNumber(cell, digits) };
  const text = formatNumber(cell.mean, digits);
  if (!Number.isFinite(cell.halfWidth)) return { text };
  return { text, halfWidth: formatNumber(cell.halfWidth, digits) };
}

function formatNumber(value: number, digits: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  if (value !== 0 && Math.abs(value) < 0.5 * 10 ** -digits && digits > 0) return value.toExponential(1);
  const text = value.toFixed(digits).replace(/^-/, "−");
  // Long numbers are read by their thousands; four digits, a year or steps, are not.
  return Math.abs(value) < 10_000 ? text : text.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

function digitsFor(cells: Cell[]): number {
  const numbers = cells.filter((cell) => typeof cell === "number").filter(Number.isFinite);
  if (numbers.every(Number.isInteger)) return 0;
  const largest = Math.max(...numbers.map(Math.abs));
  return Math.min(6, Math.max(0, 3 - Math.floor(Math.log10(largest))));
}
