import { kindOf, type OptimizerConfig } from "./config.js";
import { scaleByLearningRate } from "./learning-rate.js";
import { scaleByMuon } from "./muon.js";
import { type Chain, chain } from "./optimizer.js";
import { addDecayedWeights, addSigns, decayWeights } from "./penalties.js";
import { type Penalty, parameterRoles } from "./penalty-config.js";
import { scaleBy } from "./scale-by.js";
import type { GradientTransform } from "./transform.js";

/** The parts of a run's configuration that say how it is trained step by step. */
export interface ConfiguredOptimizer {
  optimizer: OptimizerConfig;
  penalty: Penalty;
}

/** The chain that a run's configuration describes: L2 comes before the optimizer's rule, decay after everything. */
export function optimizerChain({ optimizer, penalty }: ConfiguredOptimizer): Chain {
  const { kind, lambda, on, l1Gamma } = penalty;
  const roles = on.length === parameterRoles.length ? undefined : on;
  return chain(
    ...(l1Gamma > 0 ? [addSigns(l1Gamma, ["gamma"])] : []),
    ...(lambda > 0 && kind === "l2" ? [addDecayedWeights(lambda, roles)] : []),
    ...links(optimizer),
    scaleByLearningRate(optimizer.learningRate),
    ...(lambda > 0 && kind === "decoupled" ? [decayWeights(lambda, roles)] : []),
  );
}

const links = (optimizer: OptimizerConfig): GradientTransform[] =>
  optimizer.name === "muon"
    ? [scaleByMuon(optimizer)]
    : (kindOf(optimizer).rules?.(optimizer) ?? []).map(scaleBy);
