import type { AroundDeathPanel, AroundDeathPoint } from "../../figures/index.js";
import type { Run } from "../../runs/record.js";
import { findDeaths } from "../../sparsity/deaths.js";
import type { ArmRuns } from "../../study/arm.js";

/** Probes before and after a death that figures show. */
const shownOffsets = [-5, -4, -3, -2, -1, 0, 1, 2, 3];

/** A measure of filters: of one run, at a probe and a row among its filters; NaN where it cannot be taken. */
export type FilterMeasure = (run: Run) => (probe: number, filter: number) => number;

/**
 * A measure of filters as many probes from each death of a run as each offset says (0: the first at which a filter is dead):
 * of the filters that die, and at the same probes of those that live to the end. What is not finite is left out.
 */
export function aroundDeaths(
  run: Run,
  measure: FilterMeasure,
  offsets: readonly number[],
): AroundDeathPoint[] {
  const { filters, record } = run;
  const { steps } = record.probes;
  const value = measure(run);
  const places = new Map<string, number>();
  for (let row = 0; row < filters.step.length / steps.length; row++)
    places.set(`${filters.layer[row]}/${filters.filter[row]}`, row);
  const deaths = findDeaths(filters).map(({ layer, filter, step }) => ({
    row: places.get(`${layer}/${filter}`)!,
    probe: steps.indexOf(step),
  }));
  const dead = new Set(deaths.map(({ row }) => row));
  const survivors = [...places.values()].filter((row) => !dead.has(row));
  return offsets.map((offset) => {
    const seen = deaths.filter(({ probe }) => steps[probe + offset] !== undefined);
    const times = new Set(seen.map(({ probe }) => probe + offset));
    return {
      offset,
      dying: seen.map(({ row, probe }) => value(probe + offset, row)).filter(Number.isFinite),
      surviving: [...times]
        .flatMap((probe) => survivors.map((row) => value(probe, row)))
        .filter(Number.isFinite),
    };
  });
}

/** A measure around deaths in every penalized arm in which filters died, the seeds together. */
export function aroundDeathPanels(runs: readonly ArmRuns[], measure: FilterMeasure): AroundDeathPanel[] {
  return runs
    .filter(({ arm }) => arm.lambda > 0)
    .map(({ arm, runs: own }) => {
      const finished = own.filter(({ record }) => record.status === "finished");
      const seeds = finished.map((run) => aroundDeaths(run, measure, shownOffsets));
      return {
        ...{ name: arm.label, optimizer: arm.optimizer },
        deaths: finished.flatMap(({ filters }) => findDeaths(filters)).length,
        points: shownOffsets.map((offset, i) => ({
          offset,
          dying: seeds.flatMap((seed) => seed[i]!.dying),
          surviving: seeds.flatMap((seed) => seed[i]!.surviving),
        })),
      };
    })
    .filter(({ points }) => points.some(({ dying }) => dying.length > 0));
}
