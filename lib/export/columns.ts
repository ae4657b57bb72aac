type TypedArray = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/** One column: numbers as a typed array where their kind is fixed, else any cells. */
export type Values = TypedArray | readonly Cell[];
export type Cell = string | number | boolean | null;

/** Columns of equal length, by name. */
export type Columns = Record<string, Values>;

export const isTyped = (values: Values): values is TypedArray => ArrayBuffer.isView(values);

export const rowCount = (columns: Columns): number => Object.values(columns)[0]?.length ?? 0;

/** The same cell in every row. */
export const repeated = (cell: Cell, rows: number): Cell[] => new Array<Cell>(rows).fill(cell);

/** Rows as columns, in the order in which names turn up; null where a row lacks one. */
export function columnsOf(rows: readonly Record<string, Cell>[]): Columns {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name] ?? null)]));
}

/** Several pieces of a table with the same columns as one. */
export function joined(pieces: readonly Columns[]): Columns {
  const [first] = pieces;
  if (first === undefined) return {};
  const rows = pieces.reduce((sum, piece) => sum + rowCount(piece), 0);
  return Object.fromEntries(Object.keys(first).map((name) => [name, join(pieces, name, rows)]));
}

function join(pieces: readonly Columns[], name: string, rows: number): Values {
  const parts = pieces.map((piece) => piece[name]!);
  const [first] = parts;
  if (!first || !isTyped(first)) return parts.flatMap((part) => Array.from<Cell>(part));
  const all = new (first.constructor as new (length: number) => TypedArray)(rows);
  let offset = 0;
  for (const part of parts) {
    all.set(part as TypedArray, offset);
    offset += part.length;
  }
  return all;
}
