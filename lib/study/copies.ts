import { UserError } from "../errors.js";
import type { Copies, Run } from "../runs/record.js";

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
export function copyShare(run: Run, likeness: Likeness = "byActivation", threshold = 0.95): number {
  const { thresholds, layers } = copiesOf(run);
  const place = thresholds.indexOf(threshold);
  const sum = (of: (layer: Copies["layers"][number]) => number) =>
    layers.reduce((total, layer) => total + of(layer), 0);
  return (100 * sum((layer) => layer[likeness][place]!)) / sum(({ active }) => active);
}

/** Share of all filters that do what no other one does: active, and no copies by activation, %. */
export function effectiveShare(run: Run): number {
  const all = run.record.model.layers.reduce((sum, { filters }) => sum + filters, 0);
  const { thresholds, layers } = copiesOf(run);
  const place = thresholds.indexOf(0.95);
  const copies = layers.reduce((sum, { byActivation }) => sum + byActivation[place]!, 0);
  return 100 * (1 - run.record.final.deadByActivation - copies / all);
}

/** Likeness of an active filter with the one most like it in its layer, 0 to 1, the mean over all layers' filters. */
export function nearness(run: Run, likeness: Likeness = "byActivation"): number {
  const layers = copiesOf(run).layers.filter(({ nearest }) => Number.isFinite(nearest[likeness]));
  const active = layers.reduce((sum, layer) => sum + layer.active, 0);
  return layers.reduce((sum, layer) => sum + layer.active * layer.nearest[likeness], 0) / active;
}
