import type { Annotation, Layout, LayoutAxis, Template } from "plotly.js-dist";
import type { PlotlyFigure } from "./figure.js";

/** "screen": notebooks and pages. "print": black ink on white, heavier lines, for a column of a paper. */
export type Theme = "screen" | "print";

export const themes: readonly Theme[] = ["screen", "print"];

/** Metric-compatible faces first, so that text is as wide on Linux as elsewhere. */
const fontFamily = "Arial, Liberation Sans, Helvetica, DejaVu Sans, sans-serif";

interface Ink {
  text: string;
  faint: string;
  axis: string;
  grid: string;
  size: number;
  lineWidth: number;
  markerSize: number;
}

const inks: Record<Theme, Ink> = {
  screen: {
    text: "#262626",
    faint: "#595959",
    axis: "#8C8C8C",
    grid: "#E8E8E8",
    size: 13,
    lineWidth: 2,
    markerSize: 8,
  },
  print: {
    text: "#000000",
    faint: "#333333",
    axis: "#000000",
    grid: "#DDDDDD",
    size: 14,
    lineWidth: 2.5,
    markerSize: 9,
  },
};

/** Plotly's types leave out what a template says of all annotations. */
export interface FigureTemplate extends Omit<Template, "layout"> {
  layout: Partial<Layout> & { annotationdefaults: Annotation };
}

/**
 * The one Plotly template. Paper and plot are white on purpose: JupyterLab's dark theme would otherwise shine
 * through behind dark text.
 */
export function template(theme: Theme = "screen"): FigureTemplate {
  const { text, faint, axis, grid, size, lineWidth, markerSize } = inks[theme];
  const anAxis: LayoutAxis = {
    showline: true,
    linecolor: axis,
    linewidth: 1,
    ticks: "outside",
    tickcolor: axis,
    ticklen: 4,
    gridcolor: grid,
    gridwidth: 1,
    zeroline: false,
    automargin: false,
    title: { font: { size }, standoff: 8 },
    tickfont: { size: size - 1, color: text },
  };
  return {
    layout: {
      font: { family: fontFamily, size, color: text },
      title: {
        x: 0,
        xref: "container",
        xanchor: "left",
        y: 1,
        yref: "container",
        yanchor: "top",
        pad: { t: 14, l: 16 },
        font: { size: size + 4, color: text, weight: 600 },
        subtitle: { font: { size: size - 1, color: faint } },
      },
      paper_bgcolor: "#FFFFFF",
      plot_bgcolor: "#FFFFFF",
      xaxis: anAxis,
      yaxis: anAxis,
      legend: {
        orientation: "h",
        x: 0,
        xanchor: "left",
        y: 1,
        yanchor: "bottom",
        font: { size },
        itemsizing: "trace",
        itemwidth: 48,
        bgcolor: "#FFFFFF",
      },
      annotationdefaults: { font: { size: size - 1, color: text }, showarrow: false },
      hoverlabel: {
        bgcolor: "#FFFFFF",
        bordercolor: axis,
        font: { family: fontFamily, size: size - 1, color: text },
      },
      hovermode: "closest",
      modebar: { bgcolor: "#FFFFFF", color: axis, activecolor: text },
      bargap: 0,
    },
    data: {
      scatter: [{ line: { width: lineWidth }, marker: { size: markerSize } }],
      bar: [{ marker: { line: { width: 0 } } }],
    },
  };
}

/** The same figure in another theme; the figure given is left as it was. */
export function withTheme(figure: PlotlyFigure, theme: Theme): PlotlyFigure {
  return { ...figure, layout: { ...figure.layout, template: template(theme) } };
}
