import type * as tf from "@tensorflow/tfjs-core";
import type { z } from "zod";
import type { Engine } from "../../lib/engine/engine.js";
import { type ModelConfig, modelSchema, normalizeModel } from "../../lib/models/config.js";
import { createNetwork, initialParameters } from "../../lib/models/index.js";
import { deviation } from "../../lib/pruning/exactness.js";
import { type ImageShape, type TrainedModel, trainedModel } from "../../lib/pruning/model.js";
import { Predictor } from "../../lib/pruning/predictor.js";
import { openRandom } from "../../lib/random.js";

export const images: ImageShape = { height: 8, width: 8, channels: 3, classes: ["a", "b", "c"] };

/** One network of each kind. */
export const models = {
  basicnet: { widths: [4, 6, 5, 7, 6] },
  vgg: { name: "vgg", widths: [4, 5, 6, 4, 5, 6, 4, 5] },
  basic: { name: "resnet", stages: [2, 2], widths: [6, 5, 6, 4, 6, 7, 8, 6, 8] },
  bottleneck: {
    name: "resnet",
    block: "bottleneck",
    stages: [2, 1],
    widths: [5, 4, 4, 8, 4, 4, 8, 4, 4, 9],
  },
} as const satisfies Record<string, z.input<typeof modelSchema>>;

export const modelConfig = (input: z.input<typeof modelSchema>): ModelConfig =>
  normalizeModel(modelSchema.parse(input));

/** A model with weights, statistics, gammas and betas drawn from a seed, as if it had been trained. */
export function randomModel(input: z.input<typeof modelSchema>, seed = 1): TrainedModel {
  const model = modelConfig(input);
  const network = createNetwork(model, images);
  const random = openRandom(seed, "model");
  const parameters = initialParameters(network.layout, random);
  const statistics = new Float32Array(2 * network.channels);
  for (const { gamma, beta, offset, filters } of network.layers) {
    for (let filter = 0; filter < filters; filter++) {
      set(network.layout.slots[beta]!, filter, 0.5 + 0.3 * random.normal());
      if (gamma !== undefined) set(network.layout.slots[gamma]!, filter, 1 + 0.2 * random.normal());
      statistics[offset + filter] = gamma === undefined ? 0 : 0.3 * random.normal();
      statistics[network.channels + offset + filter] = gamma === undefined ? 1 : 0.5 + random.uniform();
    }
  }
  return trainedModel(model, images, { parameters, statistics });

  function set({ offset }: { offset: number }, filter: number, value: number) {
    parameters[offset + filter] = value;
  }
}

/** Sets gamma (where there is one) and beta of some channels in every layer of their group. */
export function setChannels(
  { network, weights }: TrainedModel,
  channels: readonly (readonly number[])[],
  values: { gamma: number; beta: number },
): void {
  for (const { group, gamma, beta } of network.layers) {
    for (const channel of channels[group]!) {
      if (gamma !== undefined)
        weights.parameters[network.layout.slots[gamma]!.offset + channel] = values.gamma;
      weights.parameters[network.layout.slots[beta]!.offset + channel] = values.beta;
    }
  }
}

/** All channels of each group but those. */
export const others = ({ network }: TrainedModel, channels: readonly (readonly number[])[]): number[][] =>
  network.groups.map(({ channels: count }, group) =>
    Array.from({ length: count }, (_, channel) => channel).filter(
      (channel) => !channels[group]!.includes(channel),
    ),
  );

/** All kernels are zero but in their middle. */
export function keepCenters({ network, weights }: TrainedModel): void {
  for (const { weight } of network.layers) {
    const slot = network.layout.slots[weight]!;
    const [height, width, ...rest] = slot.shape as [number, number, number, number];
    const size = rest[0] * rest[1];
    const values = network.layout.view(weights.parameters, slot);
    const middle = Math.floor((height * width) / 2);
    for (let tap = 0; tap < height * width; tap++) {
      if (tap !== middle) values.fill(0, tap * size, (tap + 1) * size);
    }
  }
}

function predict(model: TrainedModel, batch: tf.Tensor4D, engine: Engine): Float32Array {
  const predictor = new Predictor(engine, model, [batch.shape[0]]);
  const output = predictor.predict(batch);
  const values = output.dataSync() as Float32Array;
  output.dispose();
  predictor.dispose();
  return values;
}

/** Of two models' logits, over the size of the first one's. */
export const largestDifference = (a: TrainedModel, b: TrainedModel, batch: tf.Tensor4D, engine: Engine) =>
  deviation(predict(a, batch, engine), predict(b, batch, engine), new Array(batch.shape[0]).fill(0)).largest;
