import { tInterval } from "../../statistics.js";
import type { MarkerSymbol, ScatterTrace } from "../plotly.js";
import {
  divergedAt,
  grouped,
  hoverValue,
  lineOf,
  type Mark,
  markerOf,
  type Panel,
  type Series,
  scatter,
  seedText,
} from "./mark.js";

export interface EstimateOptions {
  /** The axis that values are on; the other has what is varied. Default "y". */
  values?: "x" | "y";
}

export interface MeanOptions extends EstimateOptions {
  /** Bars around means: from the lowest to the highest seed, or the 95 % Student t interval. Default "range". */
  spread?: "range" | "interval" | "none";
  /** Whether a line joins the means. Default true. */
  joined?: boolean;
  /** Whether means have a marker. Default true. */
  marked?: boolean;
}

/** Means of the seeds at each place, with bars, joined in order. Runs that diverged and values that are not finite count for none. */
export const mean = ({
  values = "y",
  spread = "range",
  joined = true,
  marked = true,
}: MeanOptions = {}): Mark<object> => ({
  draw: (series, panel) => ({
    traces: series.flatMap((own) => {
      const { along, value } = axesOf(panel, values);
      const points = grouped(own.rows, (row) => panel[along].of(row))
        .map(([at, rows]) => ({ at, values: finals(rows, panel[value].of) }))
        .filter((point) => point.values.length > 0)
        .map(({ at, values: all }) => {
          const center = panel[value].scale.mean(all);
          const [low, high] = spread === "interval" ? tInterval(all) : [Math.min(...all), Math.max(...all)];
          // One seed has no interval: a bar of no length.
          const [from, to] = Number.isFinite(low) ? [low, high] : [center, center];
          return { at, place: placeOf(panel, along, at, own), center, low: from, high: to };
        })
        .sort((a, b) => a.place - b.place);
      const { scale } = panel[along];
      return runsOf(points, (a, b) => scale.joins(a.at, b.at)).map((part) =>
        scatter(own.name, {
          mode: `${joined ? "lines" : ""}${joined && marked ? "+" : ""}${marked ? "markers" : ""}`,
          [along]: part.map(({ place }) => place),
          [value]: part.map(({ center }) => center),
          customdata: part.map(({ at, low, high }) => [scale.tell(at), low, high]) as (string | number)[][],
          ...(spread !== "none" && {
            [`error_${value}`]: {
              ...{ type: "data", symmetric: false, thickness: 1.5, width: 4, color: own.look.color },
              array: part.map(({ high, center }) => high - center),
              arrayminus: part.map(({ low, center }) => center - low),
            },
          }),
          line: lineOf(own.look),
          marker: markerOf(own.look),
          hovertemplate: meanHover(own.name, panel, { value, spread }),
        }),
      );
    }),
  }),
});

function meanHover<R>(
  name: string,
  panel: Panel<R>,
  { value, spread }: { value: "x" | "y"; spread: string },
): string {
  const { unit, digits } = panel[value];
  const end = (place: number) => `%{customdata[${place}]:.${digits}f}`;
  const told = spread === "interval" ? "95 % interval " : "";
  return `${name}, %{customdata[0]}<br>mean ${hoverValue(value, panel[value])} (${told}${end(1)} to ${end(2)}${unit})<extra></extra>`;
}

/** Every seed as a small mark beside its mean; a run that diverged is a cross, at the far end where it has no value. */
export const seeds = ({ values = "y" }: EstimateOptions = {}): Mark<object> => ({
  crosses: true,
  draw: (series, panel) => ({
    traces: series.map((own): ScatterTrace => {
      const { along, value } = axesOf(panel, values);
      const { color, symbol = "circle" } = own.look;
      const nudge = panel[along].scale.nudge(own.count);
      const ended = own.rows.map(divergedAt);
      return scatter(own.name, {
        mode: "markers",
        [along]: own.rows.map((row) => placeOf(panel, along, panel[along].of(row), own) + nudge),
        [value]: own.rows.map((row) => {
          const { of, scale } = panel[value];
          return Number.isFinite(of(row)) ? scale.place(of(row)) : scale.end;
        }),
        text: own.rows.map(
          (row, i) =>
            `${seedText(row, panel[along])}${ended[i] === undefined ? "" : `, diverged at step ${ended[i]}`}`,
        ),
        marker: {
          color,
          symbol: ended.map((at) => (at === undefined ? symbol : "x-thin")) as MarkerSymbol,
          size: ended.map((at) => (at === undefined ? 5 : 9)),
          opacity: 0.75,
          line: { color, width: ended.map((at) => (at === undefined ? 1 : 2)) },
        },
        hovertemplate: `${own.name}, %{text}<br>${hoverValue(value, panel[value])}<extra></extra>`,
      });
    }),
  }),
});

const axesOf = <R>(_: Panel<R>, value: "x" | "y") => ({ value, along: value === "y" ? "x" : "y" }) as const;

const placeOf = <R>(panel: Panel<R>, along: "x" | "y", at: unknown, { rank, count }: Series<R>): number =>
  panel[along].scale.place(at) + panel[along].scale.dodge(rank, count);

/** Values that means are taken of. */
export const finals = <R extends object>(rows: readonly R[], of: (row: R) => unknown): number[] =>
  rows
    .filter((row) => divergedAt(row) === undefined)
    .map((row) => of(row) as number)
    .filter((value) => typeof value === "number" && Number.isFinite(value));

/** Consecutive items that hold together. */
function runsOf<T>(items: readonly T[], together: (a: T, b: T) => boolean): T[][] {
  const runs: T[][] = [];
  for (const item of items) {
    const last = runs.at(-1);
    if (last && together(last.at(-1)!, item)) last.push(item);
    else runs.push([item]);
  }
  return runs;
}
