import type { Run } from "../runs/record.js";
import { mean, tInterval } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import { hasDiverged } from "../study/describe.js";
import type { Trace } from "./layout.js";

/** What one seed of an arm came to. A diverged run may have no finite value. */
export interface SeedValue {
  seed: number;
  value: number;
  /** Last step of a run that diverged. */
  divergedAt?: number;
}

/** The seeds of one condition, at one place of the other axis. */
export interface SeededPoint {
  at: number;
  /** For the hover: what was varied, e.g. "λ = 0.001". */
  label: string;
  seeds: SeedValue[];
}

/** Bars around means: from the lowest to the highest seed, or the 95 % Student t interval of the mean. */
export type Spread = "range" | "interval";

export interface EstimateStyle {
  color: string;
  symbol: string;
  dash?: string;
}

export interface EstimateOptions {
  name: string;
  style: EstimateStyle;
  /** Plotly's names of the axes: { x: "x2", y: "y2" }. */
  axes: { x: string; y: string };
  /** Behind every value in the hover, with its space: " %". Default: none. */
  unit?: string;
  /** The axis that values are on. Default "y". */
  values?: "x" | "y";
  spread?: Spread;
  /** Whether a line joins the means. Default true. */
  joined?: boolean;
  legend?: boolean;
}

/** A measure of every run of an arm. */
export const seedValues = ({ runs }: ArmRuns, measure: (run: Run) => number): SeedValue[] =>
  runs.map((run) => ({
    seed: run.record.seed,
    value: measure(run),
    ...(hasDiverged(run) && { divergedAt: run.record.final.step }),
  }));

/** The values that means are taken of: of seeds that did not diverge. */
export const finishedValues = ({ seeds }: SeededPoint): number[] =>
  seeds
    .filter(({ value, divergedAt }) => divergedAt === undefined && Number.isFinite(value))
    .map(({ value }) => value);

/** Means of the seeds with their bars, joined in the order given; points without a finished seed are left out. */
export function meanTrace(points: readonly SeededPoint[], options: EstimateOptions): Trace {
  const {
    name,
    style,
    axes,
    unit = "",
    values = "y",
    spread = "range",
    joined = true,
    legend = true,
  } = options;
  const { color, symbol, dash = "solid" } = style;
  const ends = points
    .map((point) => ({ ...point, values: finishedValues(point) }))
    .filter((point) => point.values.length > 0)
    .map(({ at, label, values: own }) => {
      const center = mean(own);
      const [low, high] = spread === "range" ? [Math.min(...own), Math.max(...own)] : tInterval(own);
      // One seed has no interval: a bar of no length.
      return Number.isFinite(low)
        ? { at, label, center, low, high }
        : { at, label, center, low: center, high: center };
    });
  const told = spread === "range" ? "" : "95 % interval ";
  return {
    type: "scatter",
    xaxis: axes.x,
    yaxis: axes.y,
    cliponaxis: false,
    name,
    legendgroup: name,
    showlegend: legend,
    mode: joined ? "lines+markers" : "markers",
    ...placed(
      values,
      ends.map(({ at }) => at),
      ends.map(({ center }) => center),
    ),
    customdata: ends.map(({ label, low, high }) => [label, low, high]),
    [`error_${values}`]: {
      type: "data",
      symmetric: false,
      array: ends.map(({ high, center }) => high - center),
      arrayminus: ends.map(({ low, center }) => center - low),
      thickness: 1.5,
      width: 4,
      color,
    },
    line: { color, dash },
    marker: { color, symbol, line: { color, width: 1.5 } },
    hovertemplate: `${name}, %{customdata[0]}<br>mean %{${values}:.1f}${unit} (${told}%{customdata[1]:.1f} to %{customdata[2]:.1f}${unit})<extra></extra>`,
  };
}

export interface SeedTraceOptions extends EstimateOptions {
  /** Shift along the other axis that keeps seeds beside their mean. */
  nudge: number;
  /** Where a run without a finite value is put. */
  limit: number;
}

/** Every seed as a small mark; diverged runs are crosses. */
export function seedTrace(points: readonly SeededPoint[], options: SeedTraceOptions): Trace {
  const { name, style, axes, unit = "", values = "y", legend = false, nudge, limit } = options;
  const { color, symbol } = style;
  const marks = points.flatMap(({ at, label, seeds }) =>
    seeds.map(({ seed, value, divergedAt }) => {
      const diverged = divergedAt !== undefined;
      return {
        at: at + nudge,
        value: Number.isFinite(value) ? value : limit,
        symbol: diverged ? "x-thin" : symbol,
        size: diverged ? 9 : 5,
        width: diverged ? 2 : 1,
        text: `${label}, seed ${seed}${diverged ? `, diverged at step ${divergedAt}` : ""}`,
      };
    }),
  );
  return {
    type: "scatter",
    xaxis: axes.x,
    yaxis: axes.y,
    cliponaxis: false,
    name,
    legendgroup: name,
    showlegend: legend,
    mode: "markers",
    ...placed(
      values,
      marks.map(({ at }) => at),
      marks.map(({ value }) => value),
    ),
    text: marks.map(({ text }) => text),
    marker: {
      color,
      symbol: marks.map((mark) => mark.symbol),
      size: marks.map(({ size }) => size),
      opacity: 0.75,
      line: { color, width: marks.map(({ width }) => width) },
    },
    hovertemplate: `${name}, %{text}<br>%{${values}:.1f}${unit}<extra></extra>`,
  };
}

const placed = (values: "x" | "y", at: number[], value: number[]) =>
  values === "y" ? { x: at, y: value } : { x: value, y: at };

/** A legend entry for the crosses of diverged runs. */
export const divergedLegend = (name = "diverged"): Trace => ({
  type: "scatter",
  mode: "markers",
  name,
  x: [null],
  y: [null],
  marker: { color: "#595959", symbol: "x-thin", size: 9, line: { color: "#595959", width: 2 } },
});
