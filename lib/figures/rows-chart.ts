import { tInterval } from "../statistics.js";
import { type ChartOfRows, chart, type SeriesOptions } from "./chart.js";
import type { PlotlyFigure } from "./figure.js";
import { type Look, type Mark, mean, seeds } from "./marks/index.js";
import { names } from "./scales.js";

interface RowsChart<R extends object> extends ChartOfRows<R> {
  row: (row: R) => string;
  /** Of rows, from the top. */
  names: readonly string[];
  series: SeriesOptions<R> & { names: readonly string[] };
}

/** Charts of conditions below each other: a row for each name, in it a mark for each series. */
export function rowsChart<R extends object>(spec: RowsChart<R>): PlotlyFigure {
  const { row, names: own, ...rest } = spec;
  return chart<R>({
    legend: rest.series.names.length > 1,
    ...rest,
    y: { of: row, scale: names(own), title: "" },
    height: Math.max(90, own.length * (20 + 22 * rest.series.names.length)),
  });
}

/** How the marks of such a chart are read. */
export const dotsReading = "Large mark: mean of the seeds, bar: lowest to highest; small marks: seeds.";

/** Means without a line, values to the right. */
export const dotMeans = (spread: "range" | "interval" = "range"): Mark<object> =>
  mean({ values: "x", spread, joined: false });

/** Ends of the intervals that `dotMeans` draws of groups of values, for their axis to hold; a single value has none. */
export const intervalEnds = (groups: readonly (readonly number[])[]): number[] =>
  groups.flatMap((values) => tInterval(values)).filter(Number.isFinite);

/** Means and seeds, values to the right. */
export const dotMarks: readonly Mark<object>[] = [dotMeans(), seeds({ values: "x" })];

/** A look in the legend of a series whose rows have colors of their own. */
export const black = (symbol: string): Look => ({ color: "#262626", symbol });
