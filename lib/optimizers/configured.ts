import { adamSplitRule } from "./adam.js";
import { kindOf, type OptimizerConfig } from "./config.js";
import { scaleByLearningRate } from "./learning-rate.js";
import { scaleByMuon } from "./muon.js";
import { type Chain, chain } from "./optimizer.js";
import { addDecayedWeights, addSigns, decayAlignedWeights, decayWeights } from "./penalties.js";
import { actsAt, type Penalty, parameterRoles } from "./penalty-config.js";
import { scaleBy } from "./scale-by.js";
import type { GradientTransform } from "./transform.js";

/** The parts of a run's configuration that say how it is trained step by step. */
export interface ConfiguredOptimizer {
  optimizer: OptimizerConfig;
  penalty: Penalty;
  /** Of the training: what a penalty's beginning and end are shares of. Not needed where it acts throughout. */
  steps?: number;
}

/** The chain that a run's configuration describes: L2 comes before the optimizer's rule, decay after everything. */
export function optimizerChain({ optimizer, penalty, steps }: ConfiguredOptimizer): Chain {
  const { kind, lambda, on, l1Gamma, moments, cautious } = penalty;
  const roles = on.length === parameterRoles.length ? undefined : on;
  const acts = actsAt(penalty.during, steps);
  const isL2 = lambda > 0 && kind === "l2";
  const decay = cautious ? decayAlignedWeights : decayWeights;
  return chain(
    ...(l1Gamma > 0 ? [addSigns(l1Gamma, ["gamma"])] : []),
    ...(isL2 && moments === "both" ? [addDecayedWeights(lambda, roles, acts)] : []),
    ...links(optimizer, penalty, acts),
    scaleByLearningRate(optimizer.learningRate),
    ...(lambda > 0 && kind === "decoupled" ? [decay(lambda, roles, acts)] : []),
  );
}

function links(
  optimizer: OptimizerConfig,
  { moments, lambda }: Penalty,
  acts: (step: number) => boolean = () => true,
): GradientTransform[] {
  if (optimizer.name === "muon") return [scaleByMuon(optimizer)];
  if (optimizer.name === "adam" && moments !== "both") {
    const { beta1, beta2, epsilon } = optimizer;
    const strength = (step: number) => (acts(step) ? lambda : 0);
    return [scaleBy(adamSplitRule({ into: moments, strength, beta1, beta2, epsilon }))];
  }
  return (kindOf(optimizer).rules?.(optimizer) ?? []).map(scaleBy);
}
