import type { PlotlyFigure } from "../figures/figure.js";

export interface FigureHead {
  /** Title, in Plotly's markup. */
  title: string;
  /** How to read it, seeds and data. */
  subtitle: string[];
}

/** Room above the legend that is left, pixels. */
const gap = 8;

/**
 * A figure without title and subtitle, and these for the page to set in its own type, where they wrap on a phone. The
 * drawing area keeps its size. A figure whose legend is not placed below its title in pixels stays as it is.
 */
export function withoutHead(figure: PlotlyFigure): { figure: PlotlyFigure; head: FigureHead | undefined } {
  const { title, legend, height, margin } = figure.layout as {
    title?: { text?: string; subtitle?: { text?: string } };
    legend?: { y?: number; yref?: string };
    height?: number;
    margin?: { t?: number };
  };
  const isFramed = title?.text && legend?.yref === "container" && legend.y !== undefined;
  if (!isFramed || height === undefined || margin?.t === undefined) return { figure, head: undefined };
  const removed = Math.round((1 - legend.y!) * height) - gap;
  const shorter = height - removed;
  const layout = {
    ...figure.layout,
    title: { text: "" },
    height: shorter,
    margin: { ...margin, t: margin.t - removed },
    legend: { ...legend, y: 1 - gap / shorter },
  };
  const subtitle = title.subtitle?.text?.split(/(?<=\.)<br>/).map((line) => line.replace(/<br>/g, " ")) ?? [];
  return { figure: { ...figure, layout }, head: { title: title.text!, subtitle } };
}
