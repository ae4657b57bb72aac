import type { Dataset } from "../datasets/index.js";
import { UserError } from "../errors.js";
import { createNetwork, initialParameters, type Network } from "../models/index.js";
import { trainedModel } from "../pruning/model.js";
import { prune } from "../pruning/prune.js";
import { openRandom } from "../random.js";
import type { RunConfig } from "./config.js";
import { modelOf } from "./model-of.js";
import type { Run } from "./record.js";

/** What a run trains, and how long. */
export interface Beginning {
  network: Network;
  /** Parameter vector. */
  initial: Float32Array;
  /** Running means, then variances; default: 0 and 1. */
  statistics?: Float32Array;
  steps: number;
}

export interface BeginningOptions {
  dataset: Dataset;
  seed: number;
  /** The finished run that the configuration starts from, with its weights. */
  parent?: Run | undefined;
}

/** Initial weights, or what is left of a parent's. Throws `UserError` where the parent is not fit for that. */
export function beginning(config: RunConfig, { dataset, seed, parent }: BeginningOptions): Beginning {
  const fresh = ({ layout }: Network) => initialParameters(layout, openRandom(seed, "init"));
  const { start, steps } = config;
  if (!start) {
    const network = createNetwork(config.model, dataset);
    return { network, initial: fresh(network), steps };
  }
  if (!parent?.weights) throw new Error("A run that starts from another needs its weights.");
  if (parent.record.status === "diverged")
    throw new UserError(
      `Run ${parent.record.id}/${seed}, which this one starts from, diverged. Choose another.`,
    );
  const whole = trainedModel(modelOf(parent.record), dataset, parent.weights);
  const { network, weights } = prune(whole, { prune: start.prune, filters: parent.filters }).model;
  const longer = start.budget === "compute" ? whole.network.macs / network.macs : 1;
  return {
    network,
    ...(start.weights === "kept"
      ? { initial: weights.parameters, statistics: weights.statistics }
      : { initial: fresh(network) }),
    steps: Math.round(steps * longer),
  };
}
