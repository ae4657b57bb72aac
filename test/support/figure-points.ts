import { createHash } from "node:crypto";
import type { PlotlyFigure } from "../../lib/figures/figure.js";

/** [x, y] of a mark, with the ends of its bar where it has one, or with the value of a cell. */
export type Point = (number | string | null)[];

/** What a figure draws, whoever compiled it: points of each series of each panel, sorted. */
export type FigurePoints = Record<string, Record<string, Point[]>>;

type Values = readonly (number | string | null)[];

interface AnyTrace {
  name?: string;
  showlegend?: boolean;
  legendgroup?: string;
  xaxis?: string;
  yaxis?: string;
  x?: Values;
  y?: Values;
  z?: readonly Values[];
  error_x?: Bars;
  error_y?: Bars;
}

interface Bars {
  array?: readonly number[];
  arrayminus?: readonly number[];
}

/**
 * The points of every series of every panel, numbers to four digits, in an order that does not depend on how they were
 * drawn. Entries of the legend that draw nothing are left out.
 */
export function pointsOf({ data }: PlotlyFigure): FigurePoints {
  const panels: FigurePoints = {};
  for (const trace of data as AnyTrace[]) {
    const points = tracePoints(trace);
    if (points.length === 0) continue;
    const panel = `panel ${trace.xaxis?.slice(1) || 1}`;
    const name = trace.legendgroup ?? trace.name ?? "";
    panels[panel] ??= {};
    panels[panel][name] = [...(panels[panel][name] ?? []), ...points];
  }
  for (const series of Object.values(panels))
    for (const points of Object.values(series)) points.sort(compared);
  return panels;
}

function tracePoints({ x = [], y = [], z, error_x, error_y }: AnyTrace): Point[] {
  if (z) return z.flatMap((row, i) => row.map((value, j) => [x[j] ?? j, y[i] ?? i, value].map(rounded)));
  return [...Array(Math.max(x.length, y.length)).keys()]
    .filter((i) => x[i] !== null || y[i] !== null)
    .map((i) => [x[i] ?? i, y[i] ?? i, ...ends(error_x, i), ...ends(error_y, i)].map(rounded));
}

const ends = (bars: Bars | undefined, i: number): number[] =>
  bars ? [bars.arrayminus?.[i] ?? 0, bars.array?.[i] ?? 0] : [];

const rounded = (value: number | string | null): number | string | null =>
  typeof value !== "number" ? value : Math.abs(value) < 1e-9 ? 0 : Number(value.toPrecision(4));

const compared = (a: Point, b: Point): number => {
  for (const [i, one] of a.entries()) {
    const other = b[i] ?? null;
    if (one === other) continue;
    if (typeof one === "number" && typeof other === "number") return one - other;
    return String(one) < String(other) ? -1 : 1;
  }
  return a.length - b.length;
};

/** Points of a series that are kept whole; of longer ones a digest of each stretch of this length. */
const wholeLength = 300;

/** A series as it is committed: its points, or for a long one digests of its stretches. */
export type KeptSeries = Point[] | { count: number; digests: string[] };
export type KeptFigure = Record<string, Record<string, KeptSeries>>;

export const kept = (figure: FigurePoints): KeptFigure =>
  mapped(figure, (panel) => mapped(panel, keptSeries));

function keptSeries(points: Point[]): KeptSeries {
  if (points.length <= wholeLength) return points;
  return { count: points.length, digests: stretches(points).map(digest) };
}

const stretches = (points: Point[]): Point[][] =>
  [...Array(Math.ceil(points.length / wholeLength)).keys()].map((i) =>
    points.slice(i * wholeLength, (i + 1) * wholeLength),
  );

const digest = (points: Point[]): string =>
  createHash("sha256").update(JSON.stringify(points)).digest("base64url").slice(0, 8);

/**
 * One line for each series that is not what was kept, at most `most`: where it is and the first points that differ. A series
 * may have another name, and one may have become several.
 */
export function differences(name: string, before: KeptFigure, now: FigurePoints, most = 12): string[] {
  const lines: string[] = [];
  for (const panel of union(before, now)) {
    const [own, come] = withoutRenamed(before[panel] ?? {}, now[panel] ?? {});
    for (const series of union(own, come)) {
      const difference = seriesDifference(own[series], come[series]);
      if (difference) lines.push(`${name}, ${panel}, "${series}": ${difference}`);
    }
  }
  return lines.length > most
    ? [...lines.slice(0, most), `${name}: ${lines.length - most} more series`]
    : lines;
}

/** What is left of both once series that only changed their name are taken out. */
function withoutRenamed(
  before: Record<string, KeptSeries>,
  now: Record<string, Point[]>,
): [Record<string, KeptSeries>, Record<string, Point[]>] {
  const [own, come] = [{ ...before }, { ...now }];
  for (const name of Object.keys(before).filter((each) => !(each in now))) {
    const same = Object.keys(come).find(
      (each) => !(each in before) && !seriesDifference(before[name], come[each]),
    );
    if (same === undefined) continue;
    delete own[name];
    delete come[same];
  }
  const [left, ...others] = Object.values(own);
  const parts = Object.values(come).flat().sort(compared);
  // One series that has become several.
  if (left && others.length === 0 && !seriesDifference(left, parts)) return [{}, {}];
  return [own, come];
}

function seriesDifference(before: KeptSeries | undefined, now: Point[] | undefined): string | undefined {
  if (!before) return `is new, ${now!.length} points`;
  if (!now) return "is gone";
  if (Array.isArray(before)) {
    const [gone, come] = [without(before, now), without(now, before)];
    if (gone.length + come.length === 0) return undefined;
    const few = (points: Point[]) =>
      points
        .slice(0, 3)
        .map((point) => `(${point.join(", ")})`)
        .join(" ");
    return `${before.length} points, now ${now.length}; gone: ${few(gone) || "none"}; new: ${few(come) || "none"}`;
  }
  if (before.count !== now.length) return `${before.count} points, now ${now.length}`;
  const at = stretches(now).findIndex((own, i) => digest(own) !== before.digests[i]);
  if (at < 0) return undefined;
  const [first, last] = [stretches(now)[at]!.at(0)!, stretches(now)[at]!.at(-1)!];
  return `${now.length} points, among those from (${first.join(", ")}) to (${last.join(", ")}) one differs`;
}

/** Points of the first that the second lacks, each as often as it is there. */
function without(points: Point[], others: Point[]): Point[] {
  const left = new Map<string, number>();
  for (const other of others) left.set(String(other), (left.get(String(other)) ?? 0) + 1);
  return points.filter((point) => {
    const count = left.get(String(point)) ?? 0;
    left.set(String(point), count - 1);
    return count <= 0;
  });
}

const union = (a: object, b: object): string[] => [...new Set([...Object.keys(a), ...Object.keys(b)])];

const mapped = <T, U>(record: Record<string, T>, change: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));

/** A trace as it is drawn, whatever its kind: what tests look at. */
export interface DrawnTrace {
  name?: string;
  mode?: string;
  xaxis?: string;
  yaxis?: string;
  showlegend?: boolean;
  hovertemplate?: string;
  x: number[];
  y: number[];
  z: number[][];
  text?: string[];
  customdata: number[][][];
  marker?: { symbol: string | string[]; size: number[] };
  error_x?: { array: number[]; arrayminus: number[] };
  error_y?: { array: number[]; arrayminus: number[] };
}

/** A figure's traces, those that only stand in the legend left out. */
export const tracesOf = (figure: PlotlyFigure): DrawnTrace[] =>
  (figure.data as unknown as DrawnTrace[]).filter(({ x }) => x?.[0] !== null);

/** Entries of a figure's legend, in order. */
export const legendOf = ({ data }: PlotlyFigure): (string | undefined)[] =>
  (data as AnyTrace[]).flatMap(({ name, showlegend }) =>
    showlegend !== false && name !== undefined ? [name] : [],
  );
