import type { PlotlyFigure } from "../figures/figure.js";
import { plainText } from "../figures/plain-text.js";
import { renderTable } from "../tables/render.js";
import type { Cell } from "../tables/table.js";

/**
 * What a figure draws as CSV, one row per mark: its trace, its axes (panels have their own), x, y and, where there
 * are any, z, error bars and text. Functions of the figure alone.
 */
export function figureCsv({ data }: PlotlyFigure): string {
  const rows = data.flatMap(traceRows);
  const columns = ["trace", "name", "x axis", "y axis", "x", "y", "z", "error +", "error −", "text"];
  const used = columns.map((_, index) => index < 2 || rows.some((row) => row[index] !== null));
  const keep = <T>(values: T[]) => values.filter((_, index) => used[index]);
  return `${renderTable(
    { columns: keep(columns).map((label) => ({ label })), rows: rows.map((row) => keep(row)) },
    "csv",
  )}\n`;
}

function traceRows(drawn: PlotlyFigure["data"][number], index: number): Cell[][] {
  const trace: { [key: string]: unknown } = { ...drawn };
  const { name, xaxis, yaxis } = trace;
  const head: Cell[] = [index, plain(name), plain(xaxis ?? "x"), plain(yaxis ?? "y")];
  const [x, y, text] = [listOf(trace.x), listOf(trace.y), listOf(trace.text)];
  const z = Array.isArray(trace.z) ? (trace.z as unknown[]).map(listOf) : undefined;
  if (z) {
    return z.flatMap((row, down) =>
      row.map((value, across) => [
        ...head,
        ...[x[across] ?? across, y[down] ?? down, value, null, null],
        listOf(text[down])[across] ?? null,
      ]),
    );
  }
  const { array, arrayminus } = (trace.error_y ?? {}) as Record<string, unknown>;
  const [plus, minus] = [listOf(array), listOf(arrayminus)];
  return Array.from({ length: Math.max(x.length, y.length) }, (_, i) => [
    ...head,
    ...[x[i] ?? null, y[i] ?? null, null, plus[i] ?? null, minus[i] ?? plus[i] ?? null, text[i] ?? null],
  ]);
}

/** Plotly takes lists, or typed arrays as base64, in which Plotly for Python writes them. */
function listOf(value: unknown): Cell[] {
  if (Array.isArray(value)) return value.map(plain);
  const { dtype, bdata } = (value ?? {}) as { dtype?: unknown; bdata?: unknown };
  const type = typedArrays[String(dtype)];
  if (type === undefined || typeof bdata !== "string") return [];
  const bytes = Uint8Array.from(Buffer.from(bdata, "base64"));
  const whole = bytes.length - (bytes.length % type.BYTES_PER_ELEMENT);
  return Array.from(new type(bytes.buffer, 0, whole / type.BYTES_PER_ELEMENT));
}

interface TypedArrayOf {
  BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, offset: number, length: number): ArrayLike<number>;
}

const typedArrays: Record<string, TypedArrayOf> = {
  ...{ f8: Float64Array, f4: Float32Array, i4: Int32Array, i2: Int16Array, i1: Int8Array },
  ...{ u4: Uint32Array, u2: Uint16Array, u1: Uint8Array },
};

function plain(value: unknown): Cell {
  if (typeof value === "number") return value;
  return typeof value === "string" ? plainText(value) : null;
}
