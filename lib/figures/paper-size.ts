import type { PlotlyFigure } from "./figure.js";
import { figureWidth, headHeight } from "./layout.js";
import { stackPanels } from "./stack-panels.js";

/** Widths of common two-column papers: one column, and both. */
export type PaperSize = "one-column" | "two-column";

export const paperSizes: readonly PaperSize[] = ["one-column", "two-column"];

/**
 * Inches in the paper, and pixels in which the figure is laid out: such that 13 pixels, the print theme's smallest text,
 * become 7 points.
 */
const widths: Record<PaperSize, { inches: number; pixels: number }> = {
  "one-column": { inches: 3.25, pixels: 430 },
  "two-column": { inches: 6.875, pixels: figureWidth },
};

const smallestText = 13;

/** Pixels above what a figure begins with once its title is gone. */
const top = 8;

type Numbers = Record<string, number>;

/**
 * A figure as a paper prints it: without title and subtitle, which a paper's caption says, with no text below 7 points in
 * the print theme, and for one column with its panels below each other. The figure given is left as it was.
 * `legendHeight`: of the legend in one column, pixels, as `measureLegend` finds it.
 */
export function forPaper(
  figure: PlotlyFigure,
  size: PaperSize,
  { legendHeight = 0 }: { legendHeight?: number } = {},
): { figure: PlotlyFigure; inches: number } {
  const { inches, pixels } = widths[size];
  const readable = withReadableText(withoutTitle(structuredClone(figure)));
  const narrow = pixels < figureWidth;
  return {
    figure: narrow ? stackPanels(readable, { width: pixels, legendHeight }) : readable,
    inches,
  };
}

function withoutTitle({ layout, ...figure }: PlotlyFigure): PlotlyFigure {
  const title = layout.title as { text?: string; subtitle?: { text?: string } } | undefined;
  if (!title?.text) return { ...figure, layout };
  const lines = title.subtitle?.text?.split("<br>").length ?? 0;
  const head = headHeight(lines) - top;
  const height = (layout.height as number) - head;
  const margin = layout.margin as Numbers;
  const legend = layout.legend as Record<string, unknown> | undefined;
  // A legend below the head is placed from the container's upper edge, in shares of its height.
  const below = legend?.yref === "container" && typeof legend.y === "number";
  const fromTop = below ? (1 - (legend.y as number)) * (layout.height as number) - head : 0;
  return {
    ...figure,
    layout: {
      ...layout,
      title: undefined,
      height,
      margin: { ...margin, t: margin.t! - head },
      ...(below && { legend: { ...legend, y: 1 - fromTop / height } }),
    },
  };
}

/** Raises every font below the smallest that stays readable. */
function withReadableText(figure: PlotlyFigure): PlotlyFigure {
  const visit = (value: unknown, key = ""): unknown => {
    if (Array.isArray(value)) return typeof value[0] === "object" ? value.map((item) => visit(item)) : value;
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).map(([name, own]) => [name, visit(own, name)]);
    const copy = Object.fromEntries(entries) as Record<string, unknown>;
    if (/font$/.test(key) && typeof copy.size === "number") copy.size = Math.max(copy.size, smallestText);
    return copy;
  };
  return {
    ...figure,
    data: visit(figure.data) as PlotlyFigure["data"],
    layout: visit(figure.layout) as never,
  };
}
