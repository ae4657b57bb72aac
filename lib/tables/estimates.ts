import { type ColumnTable, escape as expression } from "arquero";
import { tHalfWidth } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import { describeSeeds } from "../study/describe.js";
import { danfo } from "./danfo.js";
import type { Estimate } from "./table.js";

export const intervalNote =
  "± is half the 95 % Student t interval of the mean over seeds; none with one seed.";

/** `intervalNote` with the number of seeds before it. */
export const seedsNote = (arms: ArmRuns[]): string => `n = ${describeSeeds(arms)}. ${intervalNote}`;

/**
 * Mean and 95 % half-width over seeds of every measure of every group, from a table with a row per group and seed; null
 * values are left out, and a measure without values is missing. arquero folds the table, danfojs gives mean, deviation
 * and count.
 */
export function estimatesBy<M extends string>(
  frame: ColumnTable,
  group: string,
  measures: readonly M[],
): Map<string, Partial<Record<M, Estimate>>> {
  const long = frame
    .select(group, ...measures)
    .fold([...measures], { as: ["measure", "value"] })
    .filter(expression(({ value }: { value: number | null }) => value !== null && Number.isFinite(value)));
  const found = new Map<string, Partial<Record<M, Estimate>>>();
  // danfojs fails on a frame without rows.
  if (long.numRows() === 0) return found;
  const grouped = new (danfo().DataFrame)(long.objects())
    .groupby([group, "measure"])
    .agg({ value: ["mean", "std", "count"] });
  for (const [name, measure, mean, deviation, n] of grouped.values as [string, M, number, number, number][]) {
    // Equal values have a deviation of rounding errors alone.
    const spread = deviation < 1e-12 * Math.abs(mean) ? 0 : deviation;
    const estimate: Estimate = { mean, halfWidth: tHalfWidth({ n, deviation: spread }) };
    found.set(name, { ...found.get(name), [measure]: estimate } as Partial<Record<M, Estimate>>);
  }
  return found;
}
