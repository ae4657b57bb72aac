import type { Arrangement } from "./arrangement.js";
import { axisKeys, narrowTick, type Planned, panelHeight, panelLines, type Room } from "./panel-lines.js";
import type { Annotation, Figure, Trace } from "./plotly.js";
import { linesOf, textWidth, wrapText } from "./text.js";

export interface ArrangeOptions {
  /** Pixels. */
  width: number;
  /** Whether title and subtitle are drawn. Default true. */
  head?: boolean;
}

/** Pixels; the width of a JupyterLab cell on a laptop. */
export const figureWidth = 900;

/** Pixels; in less, panels stand below each other. */
export const narrowWidth = 640;

const edge = 8;
const titleHeight = 44;
const lineHeight = 17;
const legendLine = 29;
const colorBarRoom = 96;
/** Pixels that ticks and titles take left of panels, before it is known how wide they are. */
const usualLeft = 70;

/** Items that are made anew for every width. */
const ownName = "arranged";
/** Items that only a wide figure has room for. */
export const wideOnly = "wide";
/** Items that stand above a `wideOnly` one, and in the middle without it. */
export const aboveWide = "above wide";

/**
 * A figure with its panels arranged for a width, the data as they are: rows of few panels become one column where it is
 * narrow, wider ones two. What hangs on axes moves with them. A figure without an arrangement stays as it is.
 */
export function arrange(figure: Figure, { width: asked, head = true }: ArrangeOptions): Figure {
  const plan = figure.layout.meta?.arrangement;
  if (!plan) return figure;
  const narrow = asked < narrowWidth;
  const axes = axesOf(figure, plan);
  const left = Math.max(
    ...axes
      .filter(({ panel }) => panel.column === 0 || narrow)
      .map((one) => leftOf(one, { plan, narrow, area: asked - usualLeft })),
  );
  const right = plan.colorBar && !narrow ? colorBarRoom : Math.max(narrow ? 12 : 24, plan.right);
  const width = Math.max(asked, left + right + plan.leastWidth);
  const area = width - left - right;
  const lines = panelLines(axes, { plan, narrow, area });

  const title = head && plan.title ? wrapText(plan.title, width - 32, 18) : "";
  const subtitle = head ? plan.subtitle.map((line) => wrapText(line, width - 28, 13)).join("<br>") : "";
  const headHeight = title
    ? titleHeight + 21 * (linesOf(title).length - 1) + lineHeight * linesOf(subtitle).length + 6
    : edge;
  const legendHeight = plan.legend ? legendLine * legendLines(figure.data, plan, area) + 3 : 0;
  const top = headHeight + legendHeight + lines[0]!.above;
  const areaHeight = lines.reduce(
    (sum, line, i) => sum + line.height + (i === 0 ? 0 : line.above + lines[i - 1]!.below),
    0,
  );
  const bottom = lines.at(-1)!.below + edge;
  const height = Math.round(top + areaHeight + bottom);

  const layout = { ...figure.layout };
  const own: Annotation[] = [];
  let from = 0;
  for (const [i, line] of lines.entries()) {
    if (i > 0) from += line.above + lines[i - 1]!.below;
    const y: [number, number] = [Math.max(0, 1 - (from + line.height) / areaHeight), 1 - from / areaHeight];
    for (const { one, x, xAxis, yAxis, name } of line.panels) {
      layout[axisKeys(one.index).x] = { ...one.x, ...xAxis, domain: [x[0] / area, Math.min(1, x[1] / area)] };
      layout[axisKeys(one.index).y] = { ...one.y, ...yAxis, domain: y };
      if (name) own.push(panelName(name, one.index));
    }
    if (line.sharedTitle) own.push(sharedTitle(line.sharedTitle, y[0], line.tickRoom));
    from += line.height;
  }
  const others = (figure.layout.annotations ?? []).filter(({ name }) => name !== ownName);
  return {
    ...figure,
    data: plan.colorBar ? figure.data.map((trace) => withColorBar(trace, !narrow)) : figure.data,
    layout: {
      ...layout,
      width,
      height,
      margin: { l: left, r: right, t: top, b: bottom },
      title: title ? { text: title, subtitle: { text: subtitle } } : { text: "" },
      legend: { ...layout.legend, x: edge / width, y: 1 - headHeight / height },
      annotations: [
        ...own,
        ...others.map((item) => {
          if (item.name === aboveWide) return { ...item, yshift: narrow ? 0 : 6 };
          return item.name === wideOnly ? { ...item, visible: !narrow } : item;
        }),
      ],
    },
  };
}

function axesOf({ layout }: Figure, plan: Arrangement): Planned[] {
  return plan.panels.map((panel, index) => {
    const keys = axisKeys(index);
    return { panel, index, x: layout[keys.x] ?? {}, y: layout[keys.y] ?? {} };
  });
}

/** Pixels left of a panel: tick labels, title. */
function leftOf({ panel, y, index }: Planned, { plan, narrow, area }: Room): number {
  const ticks = Array.isArray(y.ticktext) ? (y.ticktext as string[]) : undefined;
  const labels = ticks ? Math.max(0, ...ticks.map((text) => textWidth(narrowTick(text, y, narrow), 13))) : 30;
  const height = panelHeight(panel, plan, narrow, area);
  const titled = panel.y.title ? 10 + lineHeight * linesOf(wrapText(panel.y.title, height)).length : 0;
  return Math.round(labels + titled + (index >= 0 ? 20 : 0));
}

/** Lines of the legend: Plotly sets entries side by side, each as wide as its name, over the width of the drawing area. */
function legendLines(data: readonly Trace[], { itemWidth }: Arrangement, area: number): number {
  const names = data.flatMap((trace) =>
    trace.type !== "heatmap" && trace.type !== "image" && trace.showlegend !== false && trace.name
      ? [trace.name]
      : [],
  );
  let [lines, at] = [1, 0];
  for (const name of names) {
    const entry = itemWidth + 15 + 1.02 * textWidth(name, 14);
    if (at > 0 && at + entry > area) [lines, at] = [lines + 1, 0];
    at += entry;
  }
  return lines;
}

const panelName = (text: string, index: number): Annotation => ({
  name: ownName,
  text: linesOf(text)
    .map((line) => `<b>${line}</b>`)
    .join("<br>"),
  align: "left",
  xref: `${axisKeys(index).xId} domain` as Annotation["xref"],
  yref: `${axisKeys(index).yId} domain` as Annotation["yref"],
  x: 0,
  y: 1,
  xanchor: "left",
  yanchor: "bottom",
  yshift: 4,
  showarrow: false,
});

/** One title for the axes of all panels of a line. */
const sharedTitle = (text: string, y: number, ticks: number): Annotation => ({
  name: ownName,
  text,
  xref: "paper",
  yref: "paper",
  x: 0.5,
  y,
  xanchor: "center",
  yanchor: "top",
  yshift: -ticks - 2,
  showarrow: false,
  font: { size: 13 },
});

const withColorBar = (trace: Trace, showscale: boolean): Trace =>
  trace.type === "heatmap" && trace.colorbar ? { ...trace, showscale } : trace;
