import type { ImageSet } from "../datasets/dataset.js";
import type { FilterLayer, Network } from "../models/index.js";
import type { BatchMaker } from "../training/batches.js";
import type { Trainer } from "../training/trainer.js";

/** What training does to every filter at a moment, [channels] each, the layers one after another. */
export interface FilterGradients {
  /** d objective / d gamma, the mean over the batches. */
  gammaGradient: Float32Array;
  /** Euclidean norm of d objective / d weights, the mean over the batches taken first. */
  weightGradient: Float32Array;
  /** The optimizer's second moment of gamma; NaN where it keeps none. */
  gammaSecondMoment: Float32Array;
  /** The same, the mean over a filter's weights. */
  weightSecondMoment: Float32Array;
}

/** Measures gradients, in training mode, on the given mini-batches of a set; changes nothing. */
export async function probeGradients(
  trainer: Trainer,
  batches: BatchMaker,
  set: ImageSet,
  miniBatches: readonly Uint32Array[],
): Promise<FilterGradients> {
  const { network } = trainer;
  const mean = new Float64Array(network.layout.length);
  for (const indices of miniBatches) {
    const gradient = await trainer.gradient(batches.batch(set, indices));
    for (let i = 0; i < mean.length; i++) mean[i]! += gradient[i]! / miniBatches.length;
  }
  const moment = await trainer.secondMoment();
  const none = () => new Float32Array(network.channels).fill(Number.NaN);
  return {
    gammaGradient: perFilter(network, mean, "gamma"),
    weightGradient: weightNorms(network, mean),
    gammaSecondMoment: moment ? perFilter(network, moment, "gamma") : none(),
    weightSecondMoment: moment ? weightMeans(network, moment) : none(),
  };
}

/**
 * gamma or beta of every filter out of a vector laid out as the parameters; without normalization there is no gamma
 * (NaN), and beta is the bias.
 */
export function perFilter(network: Network, vector: ArrayLike<number>, role: "gamma" | "beta"): Float32Array {
  const all = new Float32Array(network.channels);
  for (const layer of network.layers) {
    const slot = layer[role];
    const offset = slot === undefined ? undefined : network.layout.slots[slot]!.offset;
    for (let filter = 0; filter < layer.filters; filter++)
      all[layer.offset + filter] = offset === undefined ? Number.NaN : vector[offset + filter]!;
  }
  return all;
}

/** Euclidean norm of every filter's weights, of a vector laid out as the parameters. */
export const weightNorms = (network: Network, vector: ArrayLike<number>): Float32Array =>
  overWeights(
    network,
    vector,
    (value) => value * value,
    (sum) => Math.sqrt(sum),
  );

const weightMeans = (network: Network, vector: ArrayLike<number>): Float32Array =>
  overWeights(
    network,
    vector,
    (value) => value,
    (sum, count) => sum / count,
  );

function overWeights(
  network: Network,
  vector: ArrayLike<number>,
  term: (value: number) => number,
  result: (sum: number, count: number) => number,
): Float32Array {
  const all = new Float32Array(network.channels);
  for (const layer of network.layers) {
    const sums = sumPerFilter(network, layer, vector, term);
    const count = network.layout.slots[layer.weight]!.size / layer.filters;
    for (const [filter, sum] of sums.entries()) all[layer.offset + filter] = result(sum, count);
  }
  return all;
}

/** Weights are [height, width, input channels, filters]: a filter's lie `filters` apart. */
function sumPerFilter(
  { layout }: Network,
  { weight, filters }: FilterLayer,
  vector: ArrayLike<number>,
  term: (value: number) => number,
): Float64Array {
  const { offset, size } = layout.slots[weight]!;
  const sums = new Float64Array(filters);
  for (let index = 0; index < size; index++) sums[index % filters]! += term(vector[offset + index]!);
  return sums;
}
