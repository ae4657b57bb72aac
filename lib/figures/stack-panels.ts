import type { PlotlyFigure } from "./figure.js";
import type { Axis } from "./layout.js";
import { moved, type Panel, type Size } from "./move-with-panel.js";
import { narrowHeatmap, textWidth, wrapText } from "./narrow-text.js";

type Item = Record<string, unknown>;

/** Pixels. */
const edge = 8;
const nameHeight = 26;
const tickHeight = 26;
const titleLineHeight = 17;
/** More than level ones. */
const slantedTicks = 18;
const betweenColumns = 40;
const rightMargin = 12;
/** Of a panel that has the width to itself, and of one in a pair. */
const singleHeight = 210;
const pairHeight = 130;

/**
 * Lays a figure out in a narrower width: rows of two or three panels become one column, wider ones two. Everything that
 * hangs on axes moves with them; what is placed on the drawing area moves with the panel it is nearest to. `legendHeight`:
 * pixels that the legend takes in that width.
 */
export function stackPanels(
  figure: PlotlyFigure,
  { width, legendHeight }: { width: number; legendHeight: number },
): PlotlyFigure {
  const { data, layout, ...rest } = narrowHeatmap(figure);
  const panels = panelsOf(data, layout);
  const margin = layout.margin as Record<string, number>;
  const written = (layout.annotations ?? []) as Item[];
  const shapes = (layout.shapes ?? []) as Item[];
  const old = {
    width: (layout.width as number) - margin.l! - margin.r!,
    height: (layout.height as number) - margin.t! - margin.b!,
  };
  const columnsBefore = Math.max(...panels.map(({ column }) => column)) + 1;
  const columns = columnsOf(panels.length, columnsBefore);
  const isKept = columns === columnsBefore;
  const lines = linesOf(panels, columns);

  const right = rightMargin + labelRoom(written);
  const titleLines = isKept && columns > 1 ? 1 : tallestTitle(layout, panels, lines.length, old);
  const left = margin.l! + titleLineHeight * (titleLines - 1);
  const area = width - left - right;
  const gap = isKept ? 8 : betweenColumns + labelRoom(written);
  const panelWidth = (area - gap * (columns - 1)) / columns;
  const heights = lines.map(([first]) => {
    const [bottom, top] = first!.before.y;
    const before = (top - bottom) * old.height;
    return isKept ? before : Math.min(before, columns === 1 ? singleHeight : pairHeight);
  });
  const annotations = written.map((item) =>
    isName(item, panels) ? { ...item, text: wrapText(String(item.text), panelWidth + gap - edge) } : item,
  );
  const names = annotations.filter((item) => isName(item, panels)).map(({ text }) => linesIn(String(text)));
  const above = names.length > 0 ? nameHeight + titleLineHeight * (Math.max(...names) - 1) : edge;
  const ticks = panels.some(({ x }) => isCrowded(axisOf(layout, x), panelWidth)) ? slantedTicks : 0;
  const between = above + Math.max(tickHeight + ticks, roomBelow(annotations));
  const areaHeight = isKept
    ? old.height
    : heights.reduce((sum, height) => sum + height, 0) + between * (lines.length - 1);
  let fromTop = 0;
  lines.forEach((line, index) => {
    const y: [number, number] = [1 - (fromTop + heights[index]!) / areaHeight, 1 - fromTop / areaHeight];
    line.forEach((panel, place) => {
      const start = place * (panelWidth + gap);
      const x: [number, number] = [start / area, Math.min(1, (start + panelWidth) / area)];
      panel.after = { x, y: isKept ? panel.before.y : y };
    });
    fromTop += heights[index]! + between;
  });

  const axes = axesAfter(layout, panels, lines, {
    isKept,
    panelWidth: Math.max(panelWidth, columns > 1 ? area : 0),
    heights,
  });
  const more = titleLineHeight * (axes.titleLines - 1) + ticks;
  const topMargin = edge + legendHeight + above;
  const height = Math.round(topMargin + areaHeight + margin.b! + more);
  const move = (item: Item, keys: string[]) =>
    moved(item, keys, { panels, old, area, areaHeight, columnsBefore });
  return {
    ...rest,
    data,
    layout: {
      ...layout,
      ...axes.layout,
      width,
      height,
      margin: { ...margin, l: left, r: right, t: topMargin, b: margin.b! + more },
      legend: {
        ...(layout.legend as Item | undefined),
        xref: "container",
        x: edge / 2 / width,
        xanchor: "left",
        yref: "container",
        y: 1 - edge / 2 / height,
        yanchor: "top",
      },
      annotations: annotations.map((item) => move(item, ["x", "y"])),
      shapes: shapes.map((item) => move(item, ["x0", "x1", "y0", "y1"])),
    },
  };
}

/** Few panels stand below each other, more in pairs; a grid of many small ones is looked at as a whole. */
function columnsOf(panels: number, before: number): number {
  if (before === 1 || panels > 12) return before;
  return before <= 3 && panels <= 4 ? 1 : 2;
}

/** Pixels that labels right of a panel's lines take. */
const labelRoom = (annotations: Item[]): number =>
  Math.max(
    0,
    ...annotations
      .filter(
        ({ xanchor, xshift, yanchor }) => xanchor === "left" && yanchor === "middle" && Number(xshift) > 0,
      )
      .map(({ text }) => textWidth(String(text))),
  );

/** Pixels that rows of text below a panel's axis take. */
const roomBelow = (annotations: Item[]): number =>
  Math.max(
    0,
    ...annotations
      .filter(({ y, yref, yshift }) => y === 0 && /domain$/.test(String(yref)) && Number(yshift) < 0)
      .map(({ yshift }) => nameHeight - Number(yshift)),
  );

/** Lines that the longest title of an axis of values takes beside its panel. */
function tallestTitle(layout: PlotlyFigure["layout"], panels: Panel[], lines: number, old: Size): number {
  const height = lines > 1 ? singleHeight : old.height;
  return Math.max(...panels.map(({ y }) => linesIn(wrapText(titleText(axisOf(layout, y)), height))));
}

const titleText = ({ title }: Axis): string => (title as { text?: string } | undefined)?.text ?? "";
const linesIn = (text: string): number => text.split("<br>").length;

const axisOf = (layout: PlotlyFigure["layout"], id: string): Axis =>
  (layout[`${id[0]}axis${id.slice(1)}`] ?? {}) as Axis;

const domainOf = (axis: Axis): [number, number] => (axis.domain as [number, number] | undefined) ?? [0, 1];

function panelsOf(data: PlotlyFigure["data"], layout: PlotlyFigure["layout"]): Panel[] {
  const pairs = new Map(
    data.map(({ xaxis = "x", yaxis = "y" }) => [`${xaxis} ${yaxis}`, { x: String(xaxis), y: String(yaxis) }]),
  );
  const places = [...pairs.values()].map(({ x, y }) => ({
    x,
    y,
    before: { x: domainOf(axisOf(layout, x)), y: domainOf(axisOf(layout, y)) },
  }));
  const lefts = [...new Set(places.map(({ before }) => before.x[0]))].sort((a, b) => a - b);
  const tops = [...new Set(places.map(({ before }) => before.y[1]))].sort((a, b) => b - a);
  return places
    .map((place) => ({
      ...place,
      row: tops.indexOf(place.before.y[1]),
      column: lefts.indexOf(place.before.x[0]),
      after: place.before,
    }))
    .sort((a, b) => a.row - b.row || a.column - b.column);
}

/** Panels in lines of at most so many columns; no line holds two rows. */
function linesOf(panels: Panel[], columns: number): Panel[][] {
  const lines: Panel[][] = [];
  for (const panel of panels) {
    const last = lines.at(-1);
    if (last && last.length < columns && last[0]!.row === panel.row) last.push(panel);
    else lines.push([panel]);
  }
  return lines;
}

/** Whether an annotation stands right above a panel. */
const isName = (item: Item, panels: Panel[]): boolean =>
  item.yref === "paper" &&
  item.yanchor === "bottom" &&
  panels.some(({ before }) => Math.abs(Number(item.y) - before.y[1]) < 0.02);

/** Whether neighboring names on an axis of so many pixels would touch, so that Plotly slants them. */
function isCrowded({ ticktext, tickvals, range }: Axis, width: number): boolean {
  if (!Array.isArray(ticktext) || !Array.isArray(tickvals)) return false;
  const values = tickvals.map(Number);
  const [from, to] = (range as [number, number] | undefined) ?? [Math.min(...values), Math.max(...values)];
  const place = (index: number) => (Math.abs(values[index]! - from) / Math.abs(to - from)) * width;
  const half = (index: number) => textWidth(String(ticktext[index])) / 2;
  return values.some(
    (_, index) =>
      index > 0 && Math.abs(place(index) - place(index - 1)) < half(index) + half(index - 1) + edge / 2,
  );
}

interface Room {
  isKept: boolean;
  /** Pixels for an axis title. */
  panelWidth: number;
  heights: number[];
}

/** Axes at their new places; those that come to stand at an edge get the ticks and titles that their neighbors had. */
function axesAfter(
  layout: PlotlyFigure["layout"],
  panels: Panel[],
  lines: Panel[][],
  { isKept, panelWidth, heights }: Room,
): { layout: Record<string, Axis>; titleLines: number } {
  const key = (id: string) => `${id[0]}axis${id.slice(1)}`;
  const lastRow = Math.max(...panels.map(({ row }) => row));
  const middle = Math.floor((lines[0]!.length - 1) / 2);
  let titleLines = 1;
  const axes = panels.flatMap((panel) => {
    const [x, y] = [axisOf(layout, panel.x), axisOf(layout, panel.y)];
    const firstInRow = panels.find((one) => one.row === panel.row && one.column === 0)!;
    const lowest = panels.find((one) => one.row === lastRow && one.column === panel.column) ?? panels.at(-1)!;
    const line = lines.findIndex((one) => one.includes(panel));
    const place = lines[line]!.indexOf(panel);
    const isLast = isKept ? true : line === lines.length - 1;
    // One title is enough for panels side by side: there is no room for more.
    const isTitled = isLast && place === (lines[line]!.length > 1 ? middle : 0);
    const below = isTitled
      ? wrapText(titleText(x) || (isKept ? "" : titleText(axisOf(layout, lowest.x))), panelWidth)
      : "";
    const beside = titleText(y) || (isKept || place > 0 ? "" : titleText(axisOf(layout, firstInRow.y)));
    titleLines = Math.max(titleLines, linesIn(below));
    const titled = (axis: Axis, text: string): Axis => ({
      ...axis,
      title: {
        ...(axis.title as Item | undefined),
        text,
        ...(isCrowded(axis, panelWidth) && { standoff: 8 + slantedTicks }),
      },
    });
    const ticks = isKept ? {} : { showticklabels: true };
    return [
      [key(panel.x), { ...titled(x, below), domain: panel.after.x, ...ticks }],
      [
        key(panel.y),
        {
          ...titled(
            y,
            place > 0
              ? ""
              : wrapText(beside, isKept && lines.length > 1 ? Number.POSITIVE_INFINITY : heights[line]!),
          ),
          domain: panel.after.y,
          ...(place === 0 && ticks),
        },
      ],
    ] as const;
  });
  return { layout: Object.fromEntries(axes), titleLines };
}
