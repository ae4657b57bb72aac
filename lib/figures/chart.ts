import { UserError } from "../errors.js";
import { describeData, describeSeeds } from "../study/describe.js";
import { arrange, figureWidth } from "./arrange.js";
import {
  divergedAt,
  grouped,
  type Look,
  type Mark,
  markerOf,
  type Panel,
  type Position,
  type Series,
} from "./marks/mark.js";
import { type PanelDrawing, panelFigure } from "./panel-figure.js";
import type { Figure, Trace } from "./plotly.js";
import { linear, type ScaleOf } from "./scales.js";
import { keepRows } from "./tidy.js";

/** What of a row: a column's name, or a function of it. */
export type Of<R, V = unknown> = string | ((row: R) => V);

/** A list of rows, or an arquero table, whose rows are its `objects()`. */
export type Rows<R> = readonly R[] | { objects(): object[] };

/** One position of rows. */
export interface Channel<R> {
  of: Of<R>;
  /** Default: linear. Panels share it, with the values of all rows, unless each has a channel of its own. */
  scale?: ScaleOf;
  /** With its unit, and which direction is better; where panels differ, of each by its name. */
  title: string | ((panel: string) => string);
  /** Behind a value in the hover, with its space: " %". Default: none. */
  unit?: string;
  /** Digits after the point in the hover. Default 1. */
  digits?: number;
  /** Whether each panel has a scale of its own, of its own rows. Default false. */
  free?: boolean;
}

export interface PanelOptions<R> {
  /** A panel for each value, in order of appearance. */
  of: Of<R, string>;
  /** Panels besides, so that one without rows keeps its place; all, in their order. */
  names?: readonly string[];
  /** What stands in a panel without rows: "not trained". */
  empty?: (name: string) => string;
  /** Above a panel, by its name and its place in its row. Default: its name. */
  title?: (name: string, column: number) => string;
  /** So many in a row. Default: up to 3, in one row if there are no more. */
  columns?: number;
  /** What panels of one row share, such as an optimizer; a row stays whole where it is narrow. */
  row?: Of<R, string>;
  /** Row and column of a panel, for grids. Default: by `row`, or in order. */
  at?: (name: string) => [row: number, column: number];
}

export interface SeriesOptions<R> {
  /** What has one look and one entry in the legend. */
  of: Of<R, string>;
  /** `rank` of `count`: its place among all series. */
  look: (name: string, place: { rank: number; count: number; row: R }) => Look;
  /** Order, for those not in order of appearance. */
  names?: readonly string[];
  /** Whether series stand beside each other where they share a place. Default true. */
  apart?: boolean;
  /** Look in the legend, for series whose rows differ in their look. */
  legend?: (name: string) => Look;
}

/** Decided by a chart's rows, not by its marks. */
type Decided<R> = [R][R extends unknown ? 0 : never];

export interface Chart<R extends object> extends ChartOfRows<R> {
  y: Channel<R> | ((panel: string) => Channel<R>);
}

/** All of a chart but what stands along its vertical axis. */
export interface ChartOfRows<R extends object> {
  /** What is compared, neutrally. */
  title: string;
  /** How to read it. With `about`, seeds and data are said besides; else all that stands below the title. */
  reading: string | readonly string[];
  /** Arms that the figure is of. */
  about?: Parameters<typeof describeSeeds>[0];
  /** Tidy: one row for each thing that is drawn. */
  rows: Rows<R>;
  /** A channel, or one for each panel by its name. */
  x: Channel<R> | ((panel: string) => Channel<R>);
  panels?: PanelOptions<R>;
  series?: SeriesOptions<R>;
  /** In the order that they are drawn. */
  marks: readonly Mark<Decided<R>>[];
  /** Pixels of a panel, or of each row of panels. Default 330 in one row, 190 in more. */
  height?: number | readonly number[];
  /** Whether series have a legend. Default: where there are several. */
  legend?: boolean;
  /** Entries of the legend besides. */
  entries?: readonly Trace[];
  /** Legend of the crosses of runs that diverged. Default "diverged". */
  divergedName?: string;
  /** Pixels of a symbol in the legend. Default 48, room for a line. */
  itemWidth?: number;
}

/**
 * Draws rows: panels side by side, in each the marks of its series. Throws `UserError` where there is no row, and where a
 * channel names a column that rows do not have.
 */
export function chart<R extends object>(spec: Chart<R>): Figure {
  const { title, panels: split, series: by, marks } = spec;
  const rows = Array.isArray(spec.rows)
    ? (spec.rows as readonly R[])
    : ((spec.rows as { objects(): object[] }).objects() as R[]);
  if (rows.length === 0 && !split?.empty) {
    throw new UserError(
      `There is no finished run to show in the figure "${title}", no row. Train its arms with npm run reproduce.`,
    );
  }
  const read = reader(rows[0], title);
  const panelOf = split ? read<string>(split.of) : () => "";
  const seriesOf = by ? read<string>(by.of) : () => "";
  const groups = new Map(grouped(rows, panelOf));
  const panelNames = split?.names ?? [...groups.keys()];
  const seriesNames = by?.names ?? grouped(rows, seriesOf).map(([name]) => name);
  const positions = positionsOf(spec, rows, groups, read);
  const columns = split?.columns ?? Math.min(3, panelNames.length);
  const ofRows = split?.row
    ? grouped(panelNames, rowOf(read<string>(split.row), groups)).map(([, own]) => own)
    : [];
  const place =
    split?.at ??
    ((name: string) => {
      const row = ofRows.findIndex((own) => own.includes(name));
      if (row >= 0) return [row, ofRows[row]!.indexOf(name)] as const;
      return [Math.floor(panelNames.indexOf(name) / columns), panelNames.indexOf(name) % columns] as const;
    });
  const lines = Math.max(...panelNames.map((name) => place(name)[0])) + 1;
  const heights = [spec.height ?? (lines === 1 ? 330 : 190)].flat();

  let right = Math.max(0, ...marks.map((mark) => mark.room?.(seriesNames) ?? 0));
  const drawings = panelNames.map((name): PanelDrawing => {
    const own = groups.get(name) ?? [];
    const [row, column] = place(name);
    const { x, y } = positions(name);
    const panel: Panel<R> = {
      name,
      x: x.position,
      y: y.position,
      rows: own,
      height: heights[row] ?? heights[0]!,
    };
    const drawn = grouped(own, seriesOf)
      .flatMap(([label, mine]) => seriesIn(label, mine))
      .sort((a, b) => a.rank - b.rank);
    const parts = marks.map((mark) => mark.draw(drawn, panel));
    right = Math.max(right, ...parts.map((part) => part.right ?? 0));
    if (own.length === 0 && split?.empty) parts.push({ annotations: [emptyLabel(split.empty(name))] });
    for (const { scale } of [panel.x, panel.y]) if (scale.decorate) parts.push(scale.decorate);
    return {
      ...{ row, column, name: split ? (split.title?.(name, column) ?? name) : "" },
      x: { ...panel.x.scale.axis, title: x.title, own: x.own },
      y: { ...panel.y.scale.axis, title: y.title, own: y.own },
      traces: parts.flatMap(({ traces = [] }) =>
        by?.legend ? traces.map((trace) => ({ ...trace, showlegend: false })) : traces,
      ),
      shapes: parts.flatMap(({ shapes = [] }) => shapes),
      annotations: parts.flatMap(({ annotations = [] }) => annotations),
    };
  });

  function seriesIn(name: string, own: R[]): Series<R>[] {
    const [rank, count] = [seriesNames.indexOf(name), seriesNames.length];
    const looks = grouped(own, (row) =>
      JSON.stringify(by?.look(name, { rank, count, row }) ?? { color: "#332288" }),
    );
    const [at, of] = by?.apart === false ? [0, 1] : [rank, count];
    return looks.map(([look, mine]) => ({
      name,
      look: JSON.parse(look) as Look,
      rows: mine,
      rank: at,
      count: of,
    }));
  }

  const legend = spec.legend ?? seriesNames.length > 1;
  const diverged = marks.some(({ crosses }) => crosses) && rows.some((row) => divergedAt(row) !== undefined);
  const figure = arrange(
    panelFigure(drawings, {
      title,
      subtitle: subtitleOf(spec),
      heights,
      grid: (split?.at ?? split?.row) !== undefined,
      legend,
      entries: [
        ...(by?.legend ? seriesNames.map((name) => entry(name, by.legend!(name))) : []),
        ...(spec.entries ?? []),
        ...(diverged && legend
          ? [entry(spec.divergedName ?? "diverged", { color: "#595959", symbol: "x-thin" }, 2)]
          : []),
      ],
      ...(spec.itemWidth !== undefined && { itemWidth: spec.itemWidth }),
      right,
    }),
    { width: figureWidth },
  );
  const shade = marks.find(({ shade }) => shade)?.shade;
  return keepRows(figure, rows, { ...spec, ...(shade && { shade }) });
}

const rowOf =
  <R>(read: (row: R) => string, groups: ReadonlyMap<string, readonly R[]>) =>
  (panel: string): string | undefined => {
    const [first] = groups.get(panel) ?? [];
    return first && read(first);
  };

function subtitleOf<R extends object>({ reading, about }: Chart<R>): string[] {
  const lines = [reading].flat();
  if (!about) return lines;
  return [`${describeSeeds(about)}. ${lines[0]}`, ...lines.slice(1), describeData(about)];
}

/** Positions of a panel by its name: shared scales see all rows. */
function positionsOf<R extends object>(
  { x, y }: Chart<R>,
  rows: readonly R[],
  groups: ReadonlyMap<string, R[]>,
  read: ReturnType<typeof reader<R>>,
) {
  const resolve = (channel: Chart<R>["x"]) => {
    const position = (
      { of, scale = linear(), unit = "", digits = 1 }: Channel<R>,
      own: readonly R[],
    ): Position<R> => {
      const value = read(of);
      return { of: value, scale: scale(own.map(value)), unit, digits };
    };
    if (typeof channel === "function")
      return (name: string) => {
        const own = channel(name);
        return { position: position(own, groups.get(name) ?? []), title: titleOf(own, name), own: true };
      };
    const shared = channel.free ? undefined : position(channel, rows);
    return (name: string) => ({
      position: shared ?? position(channel, groups.get(name) ?? []),
      title: titleOf(channel, name),
      own: channel.free ?? false,
    });
  };
  const [ofX, ofY] = [resolve(x), resolve(y)];
  return (name: string) => ({ x: ofX(name), y: ofY(name) });
}

const titleOf = <R>({ title }: Channel<R>, panel: string): string =>
  typeof title === "string" ? title : title(panel);

/** Reads columns by name, once it is known that rows have them. */
const reader =
  <R extends object>(first: R | undefined, title: string) =>
  <V = unknown>(of: Of<R, V>): ((row: R) => V) => {
    if (typeof of === "function") return of;
    if (first && !(of in first)) {
      throw new UserError(
        `Rows of the figure "${title}" have no column "${of}". Their columns: ${Object.keys(first).join(", ")}.`,
      );
    }
    return (row) => (row as Record<string, V>)[of]!;
  };

/** A text in the middle of a panel. */
export const emptyLabel = (text: string) =>
  ({ text, xref: "x domain", yref: "y domain", x: 0.5, y: 0.5, showarrow: false }) as const;

/** An entry of the legend without marks in a panel. */
export const entry = (name: string, look: Look, width = 1.5, outline = look.color): Trace => ({
  type: "scatter",
  mode: "markers",
  name,
  legendgroup: name,
  x: [null],
  y: [null],
  marker: { ...markerOf(look), line: { color: outline, width } },
});
