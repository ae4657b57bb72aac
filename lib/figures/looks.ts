import type { ArmRuns } from "../study/arm.js";
import { lambdaText } from "../study/describe.js";
import { measureTitle } from "../study/measures.js";
import { folded, type RunRow, runRows } from "../study/run-rows.js";
import { penaltySeries } from "../study/series.js";
import type { SeriesOptions } from "./chart.js";
import type { Look } from "./marks/mark.js";
import { optimizerStyle, stateColors, tint } from "./palette.js";

/** An optimizer's look; decoupled decay beside its own L2 gets the open marker, on a dotted line. */
export function optimizerLook(name: string): Look {
  const look = optimizerStyle(name.replace(/, (L2|decoupled)$/, ""));
  return name.endsWith(", decoupled") ? { ...look, symbol: `${look.symbol}-open`, dash: "2px,4px" } : look;
}

/** A row for each run, in order of strength, by optimizer and form of the penalty where an optimizer has both: see `penaltySeries`. */
export const rowsByForm = <T extends object = object>(
  arms: readonly ArmRuns[],
  more?: Parameters<typeof runRows<T>>[1],
): (RunRow & T & { series: string })[] =>
  penaltySeries([...arms]).flatMap(({ name, arms: own }) =>
    runRows(own, more).map((row) => ({ ...row, series: name })),
  );

/** Series by optimizer and form of the penalty. */
export const byForm = { of: "series", look: optimizerLook } satisfies SeriesOptions<{ series: string }>;

/** Both ways to count the dead, by scale in dark and by activation in light. */
export const deadLooks = {
  deadByScale: { color: stateColors.deadByScale, symbol: "square", dash: "solid" },
  deadByActivation: { color: stateColors.deadByActivation, symbol: "circle", dash: "6px,3px" },
} satisfies Record<string, Look>;

type DeadMeasure = keyof typeof deadLooks;

/** A row for each run and way to count the dead. */
export const deadRows = (arms: readonly ArmRuns[]) =>
  folded(runRows(arms), ["deadByActivation", "deadByScale"]);

/** Series by the way to count the dead. */
export const byDeadMeasure = (name: (measure: DeadMeasure) => string) =>
  ({
    of: ({ measure }: { measure: string }) => name(measure as DeadMeasure),
    look: (_name: string, { row }: { row: { measure: string } }) => deadLooks[row.measure as DeadMeasure],
  }) satisfies SeriesOptions<{ measure: string }>;

/** Series of rows that have a way to count the dead in their column `measure`, as arquero's `fold` leaves it. */
export const byMeasure = byDeadMeasure(measureTitle) as SeriesOptions<object>;

/** "λ = 10^-3", in Plotly's markup. */
export const strength = ({ lambda }: { lambda: number }): string => `λ = ${lambdaText(lambda)}`;

/** Labels of lines by strength at their ends; only the topmost says what the numbers are. */
export const strengthLabels = {
  text: (name: string) => name.replace("λ = ", ""),
  merged: true,
  prefix: "λ = ",
};

/** The stronger the penalty among an optimizer's own, the fuller its color and the more solid the line. */
export function strengthLook(lambda: number, all: readonly number[], look: Look): Look {
  const lambdas = [...new Set(all)].sort((a, b) => a - b);
  const rank = lambdas.indexOf(lambda);
  const weight = lambdas.length === 1 ? 1 : 0.5 + (0.5 * rank) / (lambdas.length - 1);
  const dashes = ["solid", "10px,3px", "5px,3px", "2px,3px"];
  return { ...look, color: tint(look.color, weight), dash: dashes[Math.min(lambdas.length - 1 - rank, 3)]! };
}

/** Series in an order of their own: the first in its optimizer's full color and solid, the others lighter and dashed. */
export const rankedLook = (optimizer: string, { rank, count }: { rank: number; count: number }): Look => ({
  color: tint(optimizerStyle(optimizer).color, 1 - (0.5 * rank) / Math.max(1, count - 1)),
  dash: ["solid", "10px,3px", "3px,3px", "8px,3px,2px,3px"][rank % 4]!,
});

/** What stands in the panel of an arm without rows. */
export const whyEmpty = ({ runs }: ArmRuns): string =>
  runs.length === 0 ? "not trained" : "all runs diverged";
