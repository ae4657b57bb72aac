import { arrange, figureWidth } from "../figures/arrange.js";
import type { PlotlyFigure } from "../figures/figure.js";

export interface FigureHead {
  /** Title, in Plotly's markup. */
  title: string;
  /** How to read it, seeds and data. */
  subtitle: string[];
}

/**
 * A figure without title and subtitle, and these for the page to set in its own type, where they wrap on a phone. The
 * panels keep their size. A figure that does not know its panels stays as it is.
 */
export function withoutHead(figure: PlotlyFigure): { figure: PlotlyFigure; head: FigureHead | undefined } {
  const arrangement = figure.layout.meta?.arrangement;
  if (!arrangement) return { figure, head: undefined };
  const { title, subtitle } = arrangement;
  return { figure: arrange(figure, { width: figureWidth, head: false }), head: { title, subtitle } };
}
