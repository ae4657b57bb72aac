import type { Figure } from "./plotly.js";

export type PlotlyFigure = Figure;

/** A figure with the name it is exported under and its caption. */
export interface NamedFigure {
  name: string;
  caption: string;
  figure: PlotlyFigure;
}
