import { UserError } from "../errors.js";
import type { Run } from "../runs/record.js";
import { mean, meanEstimate } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import { completedRuns } from "../study/describe.js";
import { type MeasureName, measures } from "../study/measures.js";

export type RunMeasure = MeasureName | ((run: Run) => number);

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
  const of = resolve(measure);
  const values = all.flatMap((arm) => completedRuns(arm).map(of));
  if (values.length === 0)
    throw new UserError(
      `No run of ${all.map(({ arm }) => arm.label).join(", ") || "these arms"} has finished: nothing to average.`,
    );
  return { ...meanEstimate(values), runs: values.length };
}

/**
 * Mean difference of a measure between arms, seed by seed: `differenceOfRuns(adam, sgd, "deadByActivation")` is positive
 * where Adam has more. Several arms of one side count with their mean. Throws `UserError` where no seed has finished in all.
 */
export function differenceOfRuns(
  arms: ArmRuns | readonly ArmRuns[],
  others: ArmRuns | readonly ArmRuns[],
  measure: RunMeasure,
): RunsEstimate {
  const sides = [arms, others].map((side) => [side].flat() as ArmRuns[]);
  const of = resolve(measure);
  const [own, other] = sides.map((side) => meansBySeed(side, of)) as [
    Map<number, number>,
    Map<number, number>,
  ];
  const values = [...own].flatMap(([seed, value]) => (other.has(seed) ? [value - other.get(seed)!] : []));
  if (values.length === 0) {
    const names = sides.map((side) => side.map(({ arm }) => arm.label).join(", "));
    throw new UserError(`No seed has finished both in ${names.join(" and in ")}: nothing to compare.`);
  }
  return { ...meanEstimate(values), runs: values.length };
}

/** The mean over arms of every seed that finished in all of them. */
function meansBySeed(arms: readonly ArmRuns[], of: (run: Run) => number): Map<number, number> {
  const runs = arms.flatMap(completedRuns);
  const seeds = new Set(runs.map(({ record }) => record.seed));
  return new Map(
    [...seeds].flatMap((seed) => {
      const own = runs.filter(({ record }) => record.seed === seed).map(of);
      return own.length === arms.length ? [[seed, mean(own)] as const] : [];
    }),
  );
}

const resolve = (measure: RunMeasure) => (typeof measure === "function" ? measure : measures[measure].of);

/** "47.3 ± 1.2 %": an estimate in a sentence; without "±" for one run. `digits` after the point, default 1. */
export function estimateText(
  { mean: value, halfWidth }: Pick<RunsEstimate, "mean" | "halfWidth">,
  { digits = 1, unit = "%" }: { digits?: number; unit?: string } = {},
): string {
  const number = value.toFixed(digits).replace("-", "−");
  const spread = Number.isFinite(halfWidth) ? ` ± ${halfWidth.toFixed(digits)}` : "";
  return `${number}${spread} ${unit}`.trimEnd();
}
