import { UserError } from "../errors.js";
import { completedRuns } from "../figures/describe.js";
import type { ArmRuns } from "../hypotheses/hypothesis.js";
import type { Run } from "../runs/record.js";
import { mean, standardDeviation, tHalfWidth } from "../statistics.js";

const measures = {
  /** Share of filters inactive by activation at the end, %. */
  deadByActivation: ({ record }: Run) => 100 * record.final.deadByActivation,
  /** Share of filters inactive by scale at the end, %. */
  deadByScale: ({ record }: Run) => 100 * record.final.deadByScale,
  /** Share of test images that are classified wrong at the end, %. */
  testError: ({ record }: Run) => 100 * record.final.testError,
};

export type RunMeasure = keyof typeof measures | ((run: Run) => number);

export interface RunsEstimate {
  mean: number;
  /** Half the 95 % Student t interval of the mean over runs; infinite for one run. */
  halfWidth: number;
  runs: number;
}

/**
 * Mean of a measure over the finished runs of arms, for a sentence in a notebook: `estimateOfRuns(own, "testError")`.
 * Throws `UserError` where none has finished.
 */
export function estimateOfRuns(arms: ArmRuns | readonly ArmRuns[], measure: RunMeasure): RunsEstimate {
  const all = [arms].flat() as ArmRuns[];
  const of = typeof measure === "function" ? measure : measures[measure];
  const values = all.flatMap((arm) => completedRuns(arm).map(of));
  if (values.length === 0)
    throw new UserError(
      `No run of ${all.map(({ arm }) => arm.label).join(", ") || "these arms"} has finished: nothing to average.`,
    );
  const n = values.length;
  return { mean: mean(values), halfWidth: tHalfWidth({ n, deviation: standardDeviation(values) }), runs: n };
}

/** "47.3 ± 1.2 %": an estimate in a sentence; without "±" for one run. `digits` after the point, default 1. */
export function estimateText(
  { mean: value, halfWidth }: Pick<RunsEstimate, "mean" | "halfWidth">,
  { digits = 1, unit = "%" }: { digits?: number; unit?: string } = {},
): string {
  const number = value.toFixed(digits).replace("-", "−");
  const spread = Number.isFinite(halfWidth) ? ` ± ${halfWidth.toFixed(digits)}` : "";
  return `${number}${spread} ${unit}`.trimEnd();
}
