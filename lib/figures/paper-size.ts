import { arrange, figureWidth } from "./arrange.js";
import type { PlotlyFigure } from "./figure.js";

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

/**
 * A figure as a paper prints it: without title and subtitle, which a paper's caption says, with no text below 7 points in
 * the print theme, and for one column with its panels below each other. The figure given is left as it was.
 */
export function forPaper(figure: PlotlyFigure, size: PaperSize): { figure: PlotlyFigure; inches: number } {
  const { inches, pixels } = widths[size];
  return { figure: withReadableText(arrange(figure, { width: pixels, head: false })), inches };
}

/** Raises every font below the smallest that stays readable. */
function withReadableText(figure: PlotlyFigure): PlotlyFigure {
  const visit = (value: unknown, key = ""): unknown => {
    if (Array.isArray(value)) return typeof value[0] === "object" ? value.map((item) => visit(item)) : value;
    if (typeof value !== "object" || value === null) return value;
    const copy: { size?: unknown } = Object.fromEntries(
      Object.entries(value).map(([name, own]) => [name, visit(own, name)]),
    );
    if (/font$/.test(key) && typeof copy.size === "number") copy.size = Math.max(copy.size, smallestText);
    return copy;
  };
  return {
    ...figure,
    data: visit(figure.data) as PlotlyFigure["data"],
    layout: visit(figure.layout) as PlotlyFigure["layout"],
  };
}
