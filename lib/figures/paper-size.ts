import type { PlotlyFigure } from "./figure.js";

/** Widths of common two-column papers: one column, and both. */
export type PaperSize = "one-column" | "two-column";

export const paperSizes: readonly PaperSize[] = ["one-column", "two-column"];

export function forPaper(figure: PlotlyFigure, size: PaperSize): { figure: PlotlyFigure; inches: number } {
  return { figure, inches: size === "one-column" ? 3.25 : 6.875 };
}
