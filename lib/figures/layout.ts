import { template } from "./theme.js";

export type Trace = Record<string, unknown>;
export type Axis = Record<string, unknown>;

/** A Plotly layout whose legend can be amended. */
export type Layout = Record<string, unknown> & { legend: Record<string, unknown> };

export interface FrameOptions {
  /** What is compared, neutrally. */
  title: string;
  /** Lines below the title: seeds and data, then how to read marks. */
  subtitle: string[];
  /** Height of the drawing area, pixels. */
  plotHeight: number;
  legend?: boolean;
  /** Lines that its entries take. Default 1. */
  legendLines?: number;
  /** Whether panels have names above them. */
  panelNames?: boolean;
  /** Pixels beside the drawing area. */
  left?: number;
  right?: number;
  bottom?: number;
}

/** Pixels; the width of a JupyterLab cell on a laptop. */
export const figureWidth = 900;
const titleHeight = 44;
const lineHeight = 17;
const legendHeight = 30;
const legendLineHeight = 20;
/** Room for the names of panels right above them. */
const panelNameHeight = 26;

/** Pixels of a title with so many lines of subtitle. */
export const headHeight = (subtitleLines: number): number => titleHeight + lineHeight * subtitleLines + 6;

/** Title, subtitle, legend and margins, the same in every figure: head, legend, then panels. */
export function frame({
  title,
  subtitle,
  plotHeight,
  legend = true,
  legendLines = 1,
  panelNames = true,
  left = 70,
  right = 24,
  bottom = 62,
}: FrameOptions): Layout {
  const lines = subtitle.flatMap(wrapped);
  const head = headHeight(lines.length);
  const top =
    head +
    (legend ? legendHeight + (legendLines - 1) * legendLineHeight : 0) +
    (panelNames ? panelNameHeight : 10);
  const height = top + plotHeight + bottom;
  return {
    template: template(),
    width: figureWidth,
    height,
    margin: { l: left, r: right, t: top, b: bottom },
    title: { text: title, subtitle: { text: lines.join("<br>") } },
    showlegend: legend,
    legend: {
      xref: "container",
      x: 16 / figureWidth,
      yref: "container",
      y: 1 - head / height,
      yanchor: "top",
    },
  };
}

/** Breaks a text at spaces, so that it fits the figure's width at the larger of the themes' sizes. */
function wrapped(text: string): string[] {
  const most = 138;
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && longer.length <= most) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** Start and end of panel `index` of `count` along one axis of the drawing area, 0 to 1. */
export function panelDomain(index: number, count: number, gap: number): [number, number] {
  const size = (1 - gap * (count - 1)) / count;
  const start = index * (size + gap);
  return [start, Math.min(1, start + size)];
}

/** "x", "x2", "x3": Plotly's short name of the axis of panel `index`. */
export const axisId = (letter: "x" | "y", index: number): string =>
  index === 0 ? letter : `${letter}${index + 1}`;

/** "xaxis", "xaxis2": the layout key of that axis. */
export const axisKey = (letter: "x" | "y", index: number): string =>
  `${letter}axis${index === 0 ? "" : index + 1}`;

export interface PanelName {
  text: string;
  /** Middle or left end of the panel, 0 to 1. */
  x: number;
  y?: number;
  xanchor?: "left" | "center";
}

/** A panel's name, right above it. */
export function panelName({ text, x, y = 1, xanchor = "left" }: PanelName): Record<string, unknown> {
  return {
    text: `<b>${text}</b>`,
    xref: "paper",
    yref: "paper",
    x,
    y,
    xanchor,
    yanchor: "bottom",
    yshift: 4,
    showarrow: false,
  };
}
