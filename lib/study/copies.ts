import { UserError } from "../errors.js";
import type { Copies, Run } from "../runs/record.js";
import { twinThreshold } from "../sparsity/index.js";

/** What copies are found by. */
export type Likeness = "byActivation" | "byWeights";

/** The copies that a run's record counts. Throws `UserError` where it was trained before they were counted. */
export function copiesOf({ record: { id, seed, final } }: Run): Copies {
  if (final.copies) return final.copies;
  throw new UserError(
    `The record of run ${id}/${seed} is of before copies were counted. Train it again: npm run train with its configuration and --force.`,
  );
}

/** Share of the active filters that are copies, %. Without `threshold`, at the definition's. */
export function copyShare(run: Run, likeness: Likeness = "byActivation", threshold = twinThreshold): number {
  const active = copiesOf(run).layers.reduce((sum, layer) => sum + layer.active, 0);
  return (100 * numberOfCopies(run, likeness, threshold)) / active;
}

/** Share of all filters that do what no other one does: active, and no copies by activation, %. */
export function effectiveShare(run: Run): number {
  const all = run.record.model.layers.reduce((sum, { filters }) => sum + filters, 0);
  const copies = numberOfCopies(run, "byActivation", twinThreshold);
  return 100 * (1 - run.record.final.deadByActivation - copies / all);
}

/** Copies in all layers. */
function numberOfCopies(run: Run, likeness: Likeness, threshold: number): number {
  const { thresholds, layers } = copiesOf(run);
  const place = thresholds.indexOf(threshold);
  return layers.reduce((sum, layer) => sum + layer[likeness][place]!, 0);
}

/** Likeness of an active filter with the one most like it in its layer, 0 to 1, the mean over all layers' filters. */
export function nearness(run: Run, likeness: Likeness = "byActivation"): number {
  const layers = copiesOf(run).layers.filter(({ nearest }) => Number.isFinite(nearest[likeness]));
  const active = layers.reduce((sum, layer) => sum + layer.active, 0);
  return layers.reduce((sum, layer) => sum + layer.active * layer.nearest[likeness], 0) / active;
}
