import type { RunConfig } from "../runs/config.js";
import { type Chain, chain } from "./optimizer.js";
import type { GradientTransform } from "./transform.js";
import {
  addDecayedWeights,
  decayWeights,
  scaleByAdam,
  scaleByAmsgrad,
  scaleByLearningRate,
  scaleByRms,
  scaleByRootSumOfSquares,
  trace,
} from "./transforms.js";

export { type Chain, chain, createOptimizer, type Optimizer, type OptimizerState } from "./optimizer.js";
export type { GradientTransform, UpdateContext } from "./transform.js";
export * from "./transforms.js";

/** The chain that a run's configuration describes: L2 comes before the optimizer's rule, decay after everything. */
export function optimizerChain({ optimizer, penalty }: Pick<RunConfig, "optimizer" | "penalty">): Chain {
  const { kind, lambda } = penalty;
  const active = lambda > 0;
  return chain(
    ...(active && kind === "l2" ? [addDecayedWeights(lambda)] : []),
    ...rule(optimizer),
    scaleByLearningRate(optimizer.learningRate),
    ...(active && kind === "decoupled" ? [decayWeights(lambda)] : []),
  );
}

function rule(optimizer: RunConfig["optimizer"]): GradientTransform[] {
  switch (optimizer.name) {
    case "sgd":
      return optimizer.momentum > 0 ? [trace(optimizer)] : [];
    case "adam":
      return [scaleByAdam(optimizer)];
    case "amsgrad":
      return [scaleByAmsgrad(optimizer)];
    case "adagrad":
      return [scaleByRootSumOfSquares(optimizer)];
    case "rmsprop":
      return [scaleByRms(optimizer)];
  }
}
