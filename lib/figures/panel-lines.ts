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
/** Pixels that a panel of a row has at least, for the row to stay whole where it is narrow. */
const leastInRow = 52;
/** Pixels of a panel that has the width to itself, and of one in a pair, where it is narrow. */
const singleHeight = 210;
const pairHeight = 140;

export interface Room {
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
  const columns = narrow ? columnsOf(plan, area) : before;
  const moved = columns !== before;
  const lines = moved
    ? (plan.grid ? rowsOf(all) : [all]).flatMap((row) => broken(row, columns))
    : rowsOf(all);
  const gap = gapOf(all, { ...room, columns });
  const panelWidth = (area - gap * (columns - 1)) / columns;
  const placed = lines.map((line) => {
    const own = panelHeight(line[0]!.panel, plan, narrow, area);
    return { line, height: narrow ? Math.max(own, ...line.map(({ y }) => rowNamesHeight(y))) : own };
  });
  return placed.map(({ line, height }, i): PanelLine => {
    const isLast = i === placed.length - 1;
    const names = line.map(({ panel }, place) =>
      wrapText(panel.name, panelWidth + (place === columns - 1 ? edge : gap - edge), nameSize),
    );
    const isLowest = (one: Planned, place: number) =>
      isLast ||
      one.panel.x.own ||
      moved ||
      placed.slice(i + 1).every(({ line: later }) => later.length <= place);
    const titles = line.map((one) => (isLast || one.panel.x.own ? one.panel.x.title : ""));
    const isShared =
      columns > 1 && new Set(titles).size === 1 && textWidth(titles[0]!) > panelWidth + gap - 2 * edge;
    const below = titles.map((title) =>
      isShared ? "" : wrapText(title, Math.max(panelWidth + 0.6 * gap, 120)),
    );
    const common = isShared ? wrapText(titles[0]!, area) : "";
    const ticksBelow = line.some((one, place) => isLowest(one, place));
    const ticks = line.map(({ x }) => tickTextsIn(x, { panelWidth, narrow }));
    const tickLines = Math.max(
      1,
      ...ticks.flatMap((own) => tickTexts(own).map((text) => linesOf(text).length)),
    );
    const tickRoom = ticksBelow ? tickHeight + (tickLines - 1) * 15 : 6;
    const titleLines = Math.max(...[...below, common].map((text) => (text ? linesOf(text).length : 0)));
    return {
      height,
      above: names.some(Boolean)
        ? nameHeight + lineHeight * (Math.max(...names.map((name) => linesOf(name).length)) - 1)
        : Math.max(10, plan.above),
      below: tickRoom + (titleLines > 0 ? 6 + lineHeight * titleLines : 0) + (narrow ? 0 : plan.below),
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
            title: { text: below[place]! },
            // Level names stand beside each other, or are left out.
            ...{ tickangle: 0, ...ticks[place] },
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

const columnsBefore = ({ panels }: Arrangement): number =>
  Math.max(...panels.map(({ column }) => column)) + 1;

/**
 * Columns where it is narrow: few panels stand below each other, more in pairs. Rows that mean something stay whole where
 * their panels have room, or are cut in two.
 */
function columnsOf(plan: Arrangement, area: number): number {
  const before = columnsBefore(plan);
  if (plan.grid) return (area + 18) / before - 18 >= leastInRow ? before : Math.ceil(before / 2);
  if (before === 1) return 1;
  return before <= 3 && plan.panels.length <= 4 ? 1 : 2;
}

/** Pixels that the names of rows need, each in as many lines as it takes where it is narrow. */
function rowNamesHeight(axis: Axis): number {
  const lines = tickTexts(axis).map((text) => linesOf(narrowTick(text, axis, true)).length);
  return axis.ticks === "" ? lines.length * 17 * Math.max(0, ...lines) : 0;
}

/** Pixels of a panel: where panels come to stand below each other, at most so many. */
export function panelHeight({ row }: PanelPlan, plan: Arrangement, narrow: boolean, area: number): number {
  const before = columnsBefore(plan);
  const columns = narrow ? columnsOf(plan, area) : before;
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
  narrow && axis.ticks === "" ? wrapText(text, 120, 13) : text;

const tickTexts = ({ ticktext }: Axis): string[] => (Array.isArray(ticktext) ? ticktext.map(String) : []);

/**
 * Ticks that touch the one before them have no text. Only their first lines are left where it is narrow, and where second
 * ones would touch.
 */
function tickTextsIn(
  axis: Axis,
  { panelWidth, narrow }: { panelWidth: number; narrow: boolean },
): Pick<Axis, "ticktext"> {
  if (!Array.isArray(axis.ticktext)) return {};
  const places = tickPlaces(axis, panelWidth);
  const all = tickTexts(axis);
  const touch = all.some((text, i) => {
    const halves = i === 0 ? 0 : (textWidth(text, tickSize) + textWidth(all[i - 1]!, tickSize)) / 2;
    return i > 0 && places[i]! - places[i - 1]! < halves;
  });
  const texts = narrow || touch ? all.map((text) => linesOf(text)[0]!) : all;
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

const tickSize = 13;
/** Of panels' names, which are bold. */
const nameSize = 15;

/** So many ticks that their numbers stand beside each other, on an axis whose ticks are Plotly's to place. */
function tickCountIn({ type, tickvals, dtick, range, nticks = 10 }: Axis, panelWidth: number): Axis {
  const most = Math.max(2, Math.floor(panelWidth / 52));
  if (type === "log" && dtick === 1 && Array.isArray(range)) {
    const decades = Number(range[1]) - Number(range[0]);
    const each = [1, 2, 3, 6, 12].find((step) => decades / step <= most) ?? 12;
    return { dtick: each };
  }
  return tickvals || dtick || (type && type !== "linear")
    ? {}
    : { nticks: Math.max(3, Math.min(nticks, most)) };
}

/** Pixels of the ticks from the left end of an axis. */
function tickPlaces({ tickvals, range, type }: Axis, width: number): number[] {
  const values = (tickvals as number[]).map(type === "log" ? Math.log10 : Number);
  const [from, to] = (range as [number, number] | undefined) ?? [Math.min(...values), Math.max(...values)];
  return values.map((value) => ((value - from) / (to - from)) * width);
}
