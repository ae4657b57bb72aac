import type { PlotlyFigure } from "../figures/figure.js";
import type { Shape } from "../figures/plotly.js";

type Heatmap = Extract<PlotlyFigure["data"][number], { type: "heatmap" }>;

/**
 * A figure whose heatmaps are rectangles of their own rather than pixels, for print: Plotly draws a heatmap as a picture. The
 * traces stay, unseen, for their color bars. Cells without a value are left open. Figures without heatmaps stay as they are.
 */
export function withVectorCells(figure: PlotlyFigure): PlotlyFigure {
  const shapes = figure.data.flatMap((trace) => (trace.type === "heatmap" ? cellsOf(trace) : []));
  if (shapes.length === 0) return figure;
  return {
    ...figure,
    data: figure.data.map((trace) => (trace.type === "heatmap" ? { ...trace, opacity: 0 } : trace)),
    layout: { ...figure.layout, shapes: [...(figure.layout.shapes ?? []), ...shapes] },
  };
}

/** None where colors are one of Plotly's own scales: such a heatmap stays a picture. */
function cellsOf(trace: Heatmap): Shape[] {
  const { z, zmin, zmax, colorscale, xgap = 0, ygap = 0 } = trace;
  const [x, y] = [positions(trace.x), positions(trace.y)];
  if (!x || !y || !Array.isArray(z) || !Array.isArray(colorscale)) return [];
  if (typeof zmin !== "number" || typeof zmax !== "number") return [];
  const stops = colorscale as [number, string][];
  const [across, down] = [edges(x), edges(y)];
  const gap = Math.min(xgap, ygap);
  const colorOf = (value: unknown): string | undefined => {
    if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
    return colorAt(stops, zmax > zmin ? Math.min(1, Math.max(0, (value - zmin) / (zmax - zmin))) : 0);
  };
  return x.flatMap((_, column) =>
    stretches(
      (z as unknown[][]).map((row) => colorOf(row[column])),
      gap === 0,
    ).map(
      ({ color, from, to }) =>
        ({
          ...{ type: "rect", layer: "below", xref: trace.xaxis ?? "x", yref: trace.yaxis ?? "y" },
          ...{ x0: across[column]!, x1: across[column + 1]!, y0: down[from]!, y1: down[to]! },
          ...{ fillcolor: color, line: { color: "#FFFFFF", width: gap } },
        }) as Shape,
    ),
  );
}

/** Cells of a column by their colors, those of one color below each other as one where they are `joined`. */
function stretches(colors: readonly (string | undefined)[], joined: boolean) {
  const found: { color: string; from: number; to: number }[] = [];
  colors.forEach((color, row) => {
    if (color === undefined) return;
    const last = found.at(-1);
    if (joined && last?.color === color && last.to === row) last.to++;
    else found.push({ color, from: row, to: row + 1 });
  });
  return found;
}

/** Names stand at the places that they have in their list, as on an axis of categories. */
function positions(values: unknown): number[] | undefined {
  if (!Array.isArray(values) || values.length < 2) return undefined;
  return values.every((value) => typeof value === "number") ? values : values.map((_, index) => index);
}

/** Halfway between neighbors, and as far beyond the ends. */
function edges(centers: readonly number[]): number[] {
  const middles = centers.slice(1).map((center, i) => (center + centers[i]!) / 2);
  const [first, last] = [centers[0]!, centers.at(-1)!];
  return [2 * first - middles[0]!, ...middles, 2 * last - middles.at(-1)!];
}

/** A color of a scale, its stops being "#rrggbb" and mixed as Plotly does it, channel by channel. */
function colorAt(stops: readonly [number, string][], at: number): string {
  const above = stops.findIndex(([place]) => place >= at);
  const [to, high] = stops[above] ?? stops.at(-1)!;
  const [from, low] = stops[Math.max(0, above - 1)] ?? stops[0]!;
  const part = to > from ? (at - from) / (to - from) : 0;
  const channel = (color: string, index: number) =>
    Number.parseInt(color.slice(1 + 2 * index, 3 + 2 * index), 16);
  const mixed = [0, 1, 2].map((index) =>
    Math.round(channel(low, index) + part * (channel(high, index) - channel(low, index)))
      .toString(16)
      .padStart(2, "0"),
  );
  return `#${mixed.join("")}`;
}
