import { scaleByAdadelta, scaleByRms, scaleByRootSumOfSquares } from "./accumulators.js";
import { scaleByAdam, scaleByAdamax, scaleByAmsgrad, scaleByNadam } from "./adam.js";
import type { OptimizerConfig } from "./config.js";
import { scaleByLion } from "./lion.js";
import { scaleByLearningRate, trace } from "./momentum.js";
import { scaleByMuon } from "./muon.js";
import { type Chain, chain } from "./optimizer.js";
import { addDecayedWeights, addSigns, decayWeights } from "./penalties.js";
import { type Penalty, parameterRoles } from "./penalty-config.js";
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
    ...rule(optimizer),
    scaleByLearningRate(optimizer.learningRate),
    ...(lambda > 0 && kind === "decoupled" ? [decayWeights(lambda, roles)] : []),
  );
}

function rule(optimizer: OptimizerConfig): GradientTransform[] {
  switch (optimizer.name) {
    case "sgd":
      return momentum(optimizer);
    case "adam":
      return [scaleByAdam(optimizer)];
    case "amsgrad":
      return [scaleByAmsgrad(optimizer)];
    case "adamax":
      return [scaleByAdamax(optimizer)];
    case "nadam":
      return [scaleByNadam(optimizer)];
    case "adagrad":
      return [scaleByRootSumOfSquares(optimizer)];
    case "adadelta":
      return [scaleByAdadelta(optimizer)];
    case "rmsprop":
      return [scaleByRms(optimizer), ...momentum(optimizer)];
    case "lion":
      return [scaleByLion(optimizer)];
    case "muon":
      return [scaleByMuon(optimizer)];
  }
}

const momentum = (options: { momentum: number; nesterov?: boolean }): GradientTransform[] =>
  options.momentum > 0 ? [trace(options)] : [];
