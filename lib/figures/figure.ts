/** A Plotly figure as plain JSON: the same object draws in a notebook, a page and an export. */
export interface PlotlyFigure {
  data: Record<string, unknown>[];
  layout: Record<string, unknown>;
  config?: Record<string, unknown>;
}

/** A figure with the name it is exported under and its caption. */
export interface NamedFigure {
  name: string;
  caption: string;
  figure: PlotlyFigure;
}
