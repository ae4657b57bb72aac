import type { Run } from "../runs/record.js";
import { inactiveAt } from "../sparsity/deaths.js";
import { median } from "../statistics.js";

/** Probes of this share of the training, its start left out, count as early. */
export const earlyShare = 0.1;

/** Median over the active filters of each layer and the early probes; NaN where a layer has none. */
function earlyMedians({ record, filters }: Run, value: (row: number) => number): number[] {
  const until = earlyShare * record.config.steps;
  const values = record.model.layers.map((): number[] => []);
  for (let row = 0; row < filters.step.length; row++) {
    const step = filters.step[row]!;
    if (step > 0 && step <= until && !inactiveAt(filters, row)) values[filters.layer[row]!]!.push(value(row));
  }
  return values.map(median);
}

/** Size of the objective's gradient on gamma early in training: the median over each layer's filters. */
export const earlyGradients = (run: Run): number[] =>
  earlyMedians(run, (row) => Math.abs(run.filters.gammaGradient[row]!));

/** Selectivity early in training, 0 to 1: the median over each layer's filters. */
export const earlySelectivity = (run: Run): number[] =>
  earlyMedians(run, (row) => run.filters.selectivity[row]!);

/**
 * Share of gamma, %, that the penalty alone would take away at each step, early in training: the median over each layer's
 * filters. Decoupled decay takes lambda; L2 takes rate x lambda / (1 - momentum) under SGD, and rate x lambda over the root
 * of the gradient's second moment under Adam and RMSProp, which differs from filter to filter. null for others.
 */
export function penaltyPace(run: Run): number[] | null {
  const { optimizer, penalty } = run.record.config;
  const everywhere = (share: number) => run.record.model.layers.map(() => 100 * share);
  if (penalty.kind === "decoupled") return everywhere(penalty.lambda);
  const pull = optimizer.learningRate * penalty.lambda;
  if (optimizer.name === "sgd") return everywhere(pull / (1 - optimizer.momentum));
  if (optimizer.name !== "adam" && optimizer.name !== "rmsprop") return null;
  const { epsilon } = optimizer;
  const { gammaSecondMoment, step } = run.filters;
  return earlyMedians(run, (row) => {
    // The stored average starts at 0; Adam divides that bias away, RMSProp does not.
    const correction = optimizer.name === "adam" ? 1 - optimizer.beta2 ** step[row]! : 1;
    return (100 * pull) / (Math.sqrt(gammaSecondMoment[row]! / correction) + epsilon);
  });
}
