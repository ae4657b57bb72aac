import type { Dataset } from "../datasets/dataset.js";
import { UserError } from "../errors.js";
import type { ModelConfig } from "../models/config.js";
import { createNetwork } from "../models/index.js";
import type { Network } from "../models/network.js";
import type { ModelWeights } from "../models/weights.js";

/** What a network is fitted to. */
export type ImageShape = Pick<Dataset, "height" | "width" | "channels" | "classes">;

/** A network with its values: what is pruned, fused, saved. */
export interface TrainedModel {
  /** Its `widths` are the network's own, also where it comes from a wider one. */
  model: ModelConfig;
  images: ImageShape;
  network: Network;
  weights: ModelWeights;
}

/** Throws `UserError` where the weights are not finite or of another network. */
export function trainedModel(model: ModelConfig, images: ImageShape, weights: ModelWeights): TrainedModel {
  const network = createNetwork(model, images);
  const { parameters, statistics } = weights;
  if (parameters.length !== network.layout.length || statistics.length !== 2 * network.channels)
    throw new UserError(
      `The weights have ${parameters.length} parameters, the network ${network.layout.length}: they are of another network. Train the run again.`,
    );
  if (![parameters, statistics].every((values) => values.every(Number.isFinite)))
    throw new UserError("The weights are not finite: the run diverged, and there is nothing to prune.");
  const { height, width, channels, classes } = images;
  return {
    ...{ model, network, weights: { parameters, statistics } },
    images: { height, width, channels, classes },
  };
}
