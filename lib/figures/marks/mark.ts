import type { Annotation, Dash, MarkerSymbol, ScatterTrace, Shape, Trace } from "../plotly.js";
import type { Scale } from "../scales.js";
import type { Told } from "../tidy.js";

/** How a series is drawn: by color on a screen, by marker and dash in greyscale print. */
export interface Look {
  /** "#rrggbb" */
  color: string;
  /** Plotly marker symbol. Default "circle". */
  symbol?: string;
  /** Plotly line dash; pixels are allowed: "6px,3px". Default "solid". */
  dash?: string;
  /** Pixels of a line, where it is not the theme's. */
  width?: number;
  /** Pixels of a marker. Default 9, or what the mark says. */
  size?: number;
}

/** The rows of one series in one panel. */
export interface Series<R> {
  name: string;
  look: Look;
  rows: readonly R[];
  /** Place among all series of the figure. */
  rank: number;
  count: number;
}

/** A position of rows: what of a row stands along the axis, and on which scale. */
export interface Position<R> {
  of(row: R): unknown;
  scale: Scale;
  /** Behind a value in the hover, with its space: " %". */
  unit: string;
  /** Digits after the point in the hover. */
  digits: number;
}

/** What marks draw in. Axes are named "x" and "y", whatever the panel's are. */
export interface Panel<R> {
  name: string;
  x: Position<R>;
  y: Position<R>;
  rows: readonly R[];
  /** Pixels. */
  height: number;
}

export interface Drawn {
  traces?: Trace[];
  shapes?: Shape[];
  annotations?: Annotation[];
  /** Pixels that its labels take right of the panel, where that is known from what is drawn alone. */
  right?: number;
}

/** Something that is drawn of the rows of a panel, series by series. */
export interface Mark<R> {
  draw(series: readonly Series<R>[], panel: Panel<R>): Drawn;
  /** Whether it draws runs that diverged as crosses. */
  crosses?: boolean;
  /** Pixels that it needs right of a panel, with these series. */
  room?(names: readonly string[]): number;
  /** What its shades tell of a row, where x and y only say which. */
  shade?: Told<R>;
}

/** What rows may have besides: a run that diverged is a cross, and counts for no mean. */
export interface Run {
  arm?: string;
  seed?: number;
  divergedAt?: number | null;
}

export const divergedAt = (row: object): number | undefined => (row as Run).divergedAt ?? undefined;

/** "λ = 0.001, seed 2" */
export function seedText<R extends object>(row: R, { of, scale }: Position<R>): string {
  const { seed } = row as Run;
  return `${scale.tell(of(row))}${seed === undefined ? "" : `, seed ${seed}`}`;
}

/** A scatter trace of a series, with its name and legend. */
export const scatter = (name: string, trace: Omit<Partial<ScatterTrace>, "type">): ScatterTrace => ({
  type: "scatter",
  name,
  legendgroup: name,
  cliponaxis: false,
  ...trace,
});

export const lineOf = ({ color, dash = "solid", width }: Look): NonNullable<ScatterTrace["line"]> => ({
  color,
  dash: dash as Dash,
  ...(width !== undefined && { width }),
});

export const markerOf = ({ color, symbol = "circle", size = 9 }: Look, width = 1.5) => ({
  color,
  symbol: symbol as MarkerSymbol,
  size,
  line: { color, width },
});

/** "%{y:.1f} %" */
export const hoverValue = <R>(letter: "x" | "y", { unit, digits }: Position<R>): string =>
  `%{${letter}:.${digits}f}${unit}`;

/** Rows by a key, in order of first appearance. */
export function grouped<R, K>(rows: readonly R[], key: (row: R) => K): [K, R[]][] {
  const groups = new Map<K, R[]>();
  for (const row of rows) {
    const name = key(row);
    const own = groups.get(name);
    if (own) own.push(row);
    else groups.set(name, [row]);
  }
  return [...groups];
}

/** Draws a mark of some rows, in some panels: of those that `holds`. */
export const only = <R>(holds: (row: R) => boolean, mark: Mark<R>): Mark<R> => ({
  ...mark,
  draw: (series, panel) =>
    mark.draw(
      series.map((own) => ({ ...own, rows: own.rows.filter(holds) })).filter(({ rows }) => rows.length > 0),
      panel,
    ),
});

/** Draws a mark in panels of these names. */
export const inPanel = <R>(names: string | readonly string[], mark: Mark<R>): Mark<R> => ({
  ...mark,
  draw: (series, panel) => ([names].flat().includes(panel.name) ? mark.draw(series, panel) : {}),
});
