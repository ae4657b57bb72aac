import type { PlotlyFigure } from "../figures/figure.js";
import { type TidyCell, type TidyRow, titleParts } from "../figures/index.js";
import { plainText } from "../figures/plain-text.js";
import type { Axis } from "../figures/plotly.js";

/**
 * What a figure draws as tidy rows, of the figure alone: for one that is made of no rows on record. Panel and series, where it
 * stands along the horizontal axis, and what the vertical one says of it, with the ends of its bar; ticks with names are told
 * by their names.
 */
export const drawnRows = (figure: PlotlyFigure): TidyRow[] =>
  figure.data.flatMap((trace) => traceRows(trace, figure));

function traceRows(drawn: PlotlyFigure["data"][number], { layout }: PlotlyFigure): TidyRow[] {
  const trace: { [key: string]: unknown } = { ...drawn };
  const [xKey, yKey] = [axisKey(trace.xaxis, "x"), axisKey(trace.yaxis, "y")];
  const plan = layout.meta?.arrangement?.panels[Number(xKey.slice(5) || 1) - 1];
  const axes = [xKey, yKey].map((key) => (layout[key as "xaxis"] ?? {}) as Axis) as [Axis, Axis];
  const [across, up] = [titleOf(axes[0]) || plan?.x.title || "x", titleOf(axes[1]) || plan?.y.title || "y"];
  const name = typeof trace.name === "string" ? plainText(trace.name) : "";
  const shared: TidyRow = {
    ...(plan?.name && { panel: plainText(plan.name) }),
    ...(name && { series: name }),
  };
  const along = titleParts(plainText(across)).measure;
  const [x, y, text] = [listOf(trace.x), listOf(trace.y), listOf(trace.text)];
  if (Array.isArray(trace.z)) {
    const { colorbar } = trace as { colorbar?: { title?: { text?: string } } };
    const shade = titleParts(plainText(colorbar?.title?.text ?? "value"));
    return (trace.z as unknown[]).map(listOf).flatMap((row, down) =>
      row.map((value, column) => ({
        ...shared,
        [along]: named(x[column] ?? column, axes[0]),
        [titleParts(plainText(up)).measure || "row"]: named(y[down] ?? down, axes[1]),
        ...told(listOf(text[down])[column]),
        ...{ measure: shade.measure, value, unit: shade.unit },
      })),
    );
  }
  const { measure, unit } = titleParts(plainText(up));
  const { array, arrayminus } = (trace.error_y ?? {}) as Record<string, unknown>;
  const [plus, minus] = [listOf(array), listOf(arrayminus)];
  return Array.from({ length: Math.max(x.length, y.length) }, (_, i) => {
    const value = named(y[i] ?? null, axes[1]);
    const ends: TidyRow =
      typeof value === "number" && typeof plus[i] === "number"
        ? { low: value - Number(minus[i] ?? plus[i]), high: value + plus[i] }
        : {};
    return {
      ...shared,
      [along]: named(x[i] ?? null, axes[0]),
      ...told(text[i]),
      ...ends,
      measure,
      value,
      unit,
    };
  });
}

/** "x3" as the layout's key "xaxis3". */
const axisKey = (axis: unknown, letter: "x" | "y"): string =>
  `${letter}axis${typeof axis === "string" ? axis.slice(1) : ""}`;

const titleOf = ({ title }: Axis): string =>
  typeof title === "object" && title !== null ? String((title as { text?: unknown }).text ?? "") : "";

/** A value as its tick names it. */
function named(value: TidyCell, { tickvals, ticktext }: Axis): TidyRow[string] {
  const at = Array.isArray(tickvals) && Array.isArray(ticktext) ? tickvals.indexOf(value as never) : -1;
  if (at >= 0) return plainText(String((ticktext as readonly unknown[])[at]));
  return typeof value === "number" || typeof value === "string" ? value : null;
}

const told = (text: TidyCell | undefined): TidyRow => (typeof text === "string" && text ? { text } : {});

/** Plotly takes lists, or typed arrays as base64, in which Plotly for Python writes them. */
function listOf(value: unknown): TidyCell[] {
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

function plain(value: unknown): TidyCell {
  if (typeof value === "number") return value;
  return typeof value === "string" ? plainText(value) : null;
}
