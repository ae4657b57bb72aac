import type { Arrangement, PanelPlan } from "./arrangement.js";
import type { Axis } from "./plotly.js";
import { linesOf, textWidth, wrapText } from "./text.js";

/** A panel with its axes as they are before they are arranged. */
export interface Planned {
  panel: PanelPlan;
  index: number;
  x: Axis;
  y: Axis;
}

export interface PlacedPanel {
  one: Planned;
  /** Pixels of the drawing area. */
  x: [from: number, to: number];
  xAxis: Axis;
  yAxis: Axis;
  name: string;
}

/** Panels side by side. Heights in pixels: of the panels, of what stands above them (names) and below (ticks, titles). */
export interface PanelLine {
  panels: PlacedPanel[];
  height: number;
  above: number;
  below: number;
  tickRoom: number;
  sharedTitle?: string;
}

const edge = 8;
const lineHeight = 17;
const nameHeight = 26;
const tickHeight = 24;
/** More than level ones. */
const slanted = 22;
/** Pixels of a panel that has the width to itself, and of one in a pair, where it is narrow. */
const singleHeight = 210;
const pairHeight = 140;

interface Room {
  plan: Arrangement;
  narrow: boolean;
  /** Pixels. */
  area: number;
}

/** Ids and layout keys of the axes of panel `index`: "x2", "xaxis2". */
export function axisKeys(index: number) {
  const number = index === 0 ? "" : String(index + 1);
  return {
    xId: `x${number}`,
    yId: `y${number}`,
    x: `xaxis${number}` as "xaxis",
    y: `yaxis${number}` as "yaxis",
  };
}

/** Puts panels into lines for a drawing area of some width. */
export function panelLines(all: readonly Planned[], room: Room): PanelLine[] {
  const { plan, narrow, area } = room;
  const before = Math.max(...plan.panels.map(({ column }) => column)) + 1;
  const columns = narrow ? columnsOf(all.length, before) : before;
  const moved = columns !== before;
  const lines = moved
    ? (plan.grid ? rowsOf(all) : [all]).flatMap((row) => broken(row, columns))
    : rowsOf(all);
  const gap = gapOf(all, { ...room, columns });
  const panelWidth = (area - gap * (columns - 1)) / columns;
  const placed = lines.map((line) => {
    return { line, height: panelHeight(line[0]!.panel, plan, narrow) };
  });
  return placed.map(({ line, height }, i): PanelLine => {
    const isLast = i === placed.length - 1;
    const names = line.map(({ panel }) => wrapText(panel.name, panelWidth + gap - edge));
    const isLowest = (one: Planned, place: number) =>
      isLast ||
      one.panel.x.own ||
      moved ||
      placed.slice(i + 1).every(({ line: later }) => later.length <= place);
    const titles = line.map((one) => (isLast || one.panel.x.own ? one.panel.x.title : ""));
    const isShared =
      isLast &&
      line.length > 1 &&
      new Set(titles).size === 1 &&
      textWidth(titles[0]!, 13) > panelWidth + gap - edge;
    const below = titles.map((title) =>
      isShared ? "" : wrapText(title, Math.max(panelWidth + 0.6 * gap, 120), 13),
    );
    const common = isShared ? wrapText(titles[0]!, area, 13) : "";
    const more = Math.max(...line.map(({ x }) => slant(x, panelWidth)));
    const ticksBelow = line.some((one, place) => isLowest(one, place));
    const tickLines = Math.max(
      1,
      ...line.flatMap(({ x }) => tickTexts(x).map((text) => linesOf(text).length)),
    );
    const tickRoom = ticksBelow ? tickHeight + (tickLines - 1) * (narrow ? 0 : 15) + more : 6;
    const titleLines = Math.max(...[...below, common].map((text) => (text ? linesOf(text).length : 0)));
    return {
      height,
      above: names.some(Boolean)
        ? nameHeight + lineHeight * (Math.max(...names.map((name) => linesOf(name).length)) - 1)
        : Math.max(10, plan.above),
      below: tickRoom + (titleLines > 0 ? 6 + lineHeight * titleLines : 0) + plan.below,
      tickRoom,
      ...(common && { sharedTitle: common }),
      panels: line.map((one, place) => {
        const start = (moved ? place : one.panel.column) * (panelWidth + gap);
        const showY = place === 0 || one.panel.y.own === true;
        return {
          one,
          x: [start, start + panelWidth],
          name: names[place]!,
          xAxis: {
            showticklabels: isLowest(one, place),
            title: { text: below[place]!, ...(more > 0 && { standoff: 8 + more }) },
            ...tickTextsIn(one.x, { panelWidth, narrow }),
            ...tickCountIn(one.x, panelWidth),
          },
          yAxis: {
            showticklabels: showY,
            title: { text: showY ? wrapText(one.panel.y.title, height, 13) : "" },
            ...(Array.isArray(one.y.ticktext) && {
              ticktext: tickTexts(one.y).map((text) => narrowTick(text, one.y, narrow)),
            }),
          },
        };
      }),
    };
  });
}

/** Few panels stand below each other, more in pairs; a grid of many small ones is looked at as a whole, where it fits. */
function columnsOf(panels: number, before: number): number {
  if (before === 1 || panels > 12) return before > 4 ? 3 : before;
  return before <= 3 && panels <= 4 ? 1 : 2;
}

/** Pixels of a panel: where panels come to stand below each other, at most so many. */
export function panelHeight({ row }: PanelPlan, plan: Arrangement, narrow: boolean): number {
  const before = Math.max(...plan.panels.map(({ column }) => column)) + 1;
  const columns = narrow ? columnsOf(plan.panels.length, before) : before;
  const own = plan.heights[row] ?? plan.heights[0]!;
  return columns === before ? own : Math.min(own, columns === 1 ? singleHeight : pairHeight);
}

const rowsOf = (all: readonly Planned[]): Planned[][] =>
  [...new Set(all.map(({ panel }) => panel.row))].map((row) => all.filter(({ panel }) => panel.row === row));

/** Lines of at most so many panels. */
const broken = (row: readonly Planned[], columns: number): Planned[][] =>
  Array.from({ length: Math.ceil(row.length / columns) }, (_, i) =>
    row.slice(i * columns, (i + 1) * columns),
  );

/** Pixels between panels side by side: for labels at their right, and for ticks and a title of their own. */
function gapOf(all: readonly Planned[], { plan, columns, narrow }: Room & { columns: number }): number {
  const own = all.filter(({ panel }) => panel.column > 0 && panel.y.own);
  const titled = own.some(({ panel }) => panel.y.title) ? 62 : own.length > 0 ? 36 : 0;
  const least = columns > 3 ? 18 : narrow ? 28 : 36;
  return Math.max(least, titled) + (columns > 1 ? Math.max(0, plan.right - (own.length > 0 ? 0 : 12)) : 0);
}

/** Names of rows take more than one line where it is narrow. */
export const narrowTick = (text: string, axis: Axis, narrow: boolean): string =>
  narrow && axis.ticks === "" ? wrapText(text, 150, 12.5) : text;

const tickTexts = ({ ticktext }: Axis): string[] => (Array.isArray(ticktext) ? ticktext.map(String) : []);

/** Ticks of a level axis that touch the one before them have no text; where it is narrow, only the first line is left. */
function tickTextsIn(
  axis: Axis,
  { panelWidth, narrow }: { panelWidth: number; narrow: boolean },
): Pick<Axis, "ticktext"> {
  if (!Array.isArray(axis.ticktext)) return {};
  const texts = tickTexts(axis).map((text) => (narrow ? linesOf(text)[0]! : text));
  if (axis.tickangle !== 0) return { ticktext: texts };
  const places = tickPlaces(axis, panelWidth);
  let end = Number.NEGATIVE_INFINITY;
  return {
    ticktext: texts.map((text, i) => {
      const half = textWidth(text, tickSize) / 2;
      const isOutside = places[i]! < 0 || places[i]! > panelWidth;
      if (text === "" || isOutside || places[i]! - half < end + edge / 2) return "";
      end = places[i]! + half;
      return text;
    }),
  };
}

const tickSize = 12;

/** So many ticks that their numbers stand beside each other, on an axis whose ticks are Plotly's to place. */
const tickCountIn = ({ type, tickvals, dtick, nticks = 10 }: Axis, panelWidth: number): Axis =>
  tickvals || dtick || (type && type !== "linear")
    ? {}
    : { nticks: Math.max(3, Math.min(nticks, Math.floor(panelWidth / 52))), tickangle: 0 };

/** Pixels of the ticks from the left end of an axis. */
function tickPlaces({ tickvals, range, type }: Axis, width: number): number[] {
  const values = (tickvals as number[]).map(type === "log" ? Math.log10 : Number);
  const [from, to] = (range as [number, number] | undefined) ?? [Math.min(...values), Math.max(...values)];
  return values.map((value) => ((value - from) / (to - from)) * width);
}

/** Pixels that slanted names take more than level ones: those that would touch, and those that are to be slanted. */
function slant(axis: Axis, width: number): number {
  if (!Array.isArray(axis.ticktext) || axis.tickangle === 0) return 0;
  const halves = axis.ticktext.map((text) => textWidth(String(text), tickSize) / 2);
  if (typeof axis.tickangle === "number")
    return 2 * Math.max(...halves) * Math.sin((Math.abs(axis.tickangle) * Math.PI) / 180);
  const places = tickPlaces(axis, width);
  return places.some((place, i) => i > 0 && place - places[i - 1]! < halves[i]! + halves[i - 1]! + edge / 2)
    ? slanted
    : 0;
}
