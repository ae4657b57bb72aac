import type { MarkerSymbol, ScatterTrace } from "../plotly.js";
import { finals } from "./estimates.js";
import { grouped, type Look, lineOf, type Mark, markerOf, scatter, seedText } from "./mark.js";

export interface PathOptions<R> {
  /** What makes one point: the mean of the rows of one key, in both directions. Default: `arm`. */
  by?: (row: R) => unknown;
  /** What sets a point apart, in the hover: "λ = 10^-3". */
  label: (row: R) => string;
  /** Below it, in Plotly's notation: "%{y:.1f} % dead at %{x:.1f} % test error". */
  hover: string;
  /** Points that get a ring: where the path begins. */
  ring?: (row: R) => boolean;
  /** Lines to compare with, thin and cut off at the panel's edges. */
  faint?: (name: string) => boolean;
  /** What one line joins, where a series has several. Default: all of a series. */
  line?: (row: R) => unknown;
  /** Which series have an entry in the legend. Default: all. */
  legend?: (name: string) => boolean;
  /** Whether a line joins the points of a series. Default: all. */
  joined?: (look: Look) => boolean;
}

/** Means of arms in both directions as one path, in the order of their rows. */
export const path = <R extends object>(options: PathOptions<R>): Mark<R> => ({
  draw: (series, { x, y }) => ({
    traces: series.flatMap(({ name, look, rows }) =>
      grouped(rows, options.line ?? (() => "")).flatMap(([, mine]) => {
        const { by = (row: R) => (row as { arm?: string }).arm, label, hover, ring, faint, joined } = options;
        const points = grouped(mine, by)
          .map(([, own]) => ({ first: own[0]!, x: finals(own, x.of), y: finals(own, y.of) }))
          .filter((point) => point.x.length > 0 && point.y.length > 0)
          .map(({ first, x: xs, y: ys }) => ({ first, x: x.scale.mean(xs), y: y.scale.mean(ys) }));
        if (points.length === 0) return [];
        const isFaint = faint?.(name) ?? false;
        const starts = ring && !isFaint ? points.filter(({ first }) => ring(first)) : [];
        const own = scatter(name, {
          cliponaxis: isFaint,
          showlegend: options.legend?.(name) ?? true,
          mode: (joined?.(look) ?? true) ? "lines+markers" : "markers",
          x: points.map((point) => point.x),
          y: points.map((point) => point.y),
          customdata: points.map(({ first }) => label(first)),
          line: lineOf({ ...look, ...(isFaint && { width: 1.3 }) }),
          marker: markerOf({ ...look, size: isFaint ? 6 : (look.size ?? 9) }),
          hovertemplate: `${name}, %{customdata}<br>${hover}<extra></extra>`,
        });
        return [own, ...(starts.length > 0 ? [ringsAt(starts, own)] : [])];
      }),
    ),
  }),
});

const ringsAt = (points: { x: number; y: number }[], { name, marker }: ScatterTrace): ScatterTrace =>
  scatter(name!, {
    showlegend: false,
    mode: "markers",
    x: points.map(({ x }) => x),
    y: points.map(({ y }) => y),
    marker: { ...marker!, symbol: "circle-open", size: 16 },
    hoverinfo: "skip",
  });

export interface DotOptions<R> {
  /** First line of the hover. Default: series and seed. */
  text?: (row: R) => string;
  /** Second line, in Plotly's notation: "%{y:.1f} % dead at %{x:.1f} % test error". */
  hover: string;
  /** Pixels, for all or by row. Default 4. */
  size?: number | ((row: R) => number);
  opacity?: number;
  /** Symbol by row. Default: the series'. */
  symbol?: (row: R, symbol: string) => string;
  /** Ends of a bar, in the unit of y. */
  bar?: (row: R) => [low: number, high: number];
  /** Whether a line joins rows of one key, in their order. Default: none. */
  joined?: (row: R) => unknown;
  /** Whether marks are drawn. Default true. */
  marked?: boolean;
  /** Pixels of the marks' outline. Default 1. */
  outline?: number | ((row: R) => number);
  legend?: boolean;
  clip?: boolean;
}

/** A mark at every row, joined by lines where they are asked for. */
export const dot = <R extends object>(options: DotOptions<R>): Mark<R> => ({
  draw: (series, { x, y }) => ({
    traces: series.flatMap(({ name, look, rows }) =>
      grouped(rows, options.joined ?? (() => "")).map(([, own], group): ScatterTrace => {
        const { symbol = "circle", color } = look;
        const {
          text,
          hover,
          size = 4,
          opacity,
          bar,
          marked = true,
          outline = 1,
          legend = false,
          clip = false,
        } = options;
        const of = <T>(value: T | ((row: R) => T)) =>
          typeof value === "function" ? own.map(value as (row: R) => T) : value;
        const at = (row: R) => y.of(row) as number;
        return scatter(name, {
          showlegend: legend && group === 0,
          cliponaxis: clip,
          mode: options.joined ? (marked ? "lines+markers" : "lines") : "markers",
          x: own.map((row) => x.scale.place(x.of(row))),
          y: own.map((row) => y.scale.place(y.of(row))),
          text: own.map((row) => text?.(row) ?? `${name}, ${seedText(row, x)}`),
          ...(options.joined && { line: lineOf(look) }),
          ...(marked && {
            marker: {
              color,
              symbol: (options.symbol
                ? own.map((row) => options.symbol!(row, symbol))
                : symbol) as MarkerSymbol,
              size: of(size) as number,
              ...(opacity !== undefined && { opacity }),
              line: { color, width: of(outline) as number },
            },
          }),
          ...(bar && {
            error_y: {
              ...{ type: "data" as const, symmetric: false, thickness: 1.2, width: 3, color },
              array: own.map((row) => bar(row)[1] - at(row)),
              arrayminus: own.map((row) => at(row) - bar(row)[0]),
            },
          }),
          hovertemplate: `%{text}<br>${hover}<extra></extra>`,
        });
      }),
    ),
  }),
});
