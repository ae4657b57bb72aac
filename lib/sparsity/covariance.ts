import * as tf from "@tensorflow/tfjs-core";
import type { ImageSet } from "../datasets/dataset.js";
import { type BatchMaker, ranges } from "../training/batches.js";
import type { Trainer } from "../training/trainer.js";

/** How one layer's activations vary together over images and map positions. */
export interface LayerCovariance {
  /** [C] */
  mean: Float64Array;
  /** Products of deviations from the mean, averaged over the map and summed over the images, [C, C]. */
  products: Float64Array;
  /** Images. */
  count: number;
}

/** Before anything was observed. */
export const emptyCovariance = (channels: number): LayerCovariance => ({
  mean: new Float64Array(channels),
  products: new Float64Array(channels * channels),
  count: 0,
});

/**
 * Both together. Formula: Chan, Golub and LeVeque, Updating formulae and a pairwise algorithm for computing sample variances,
 * 1979, of products in place of squares.
 */
export function joinCovariances(a: LayerCovariance, b: LayerCovariance): LayerCovariance {
  const count = a.count + b.count;
  const share = b.count / count;
  const apart = b.mean.map((mean, channel) => mean - a.mean[channel]!);
  const channels = apart.length;
  return {
    count,
    mean: a.mean.map((mean, channel) => mean + share * apart[channel]!),
    products: a.products.map((product, at) => {
      const between = apart[Math.floor(at / channels)]! * apart[at % channels]!;
      return product + b.products[at]! + a.count * share * between;
    }),
  };
}

/** Covariances of every layer's activations over a set of images, in evaluation mode. */
export async function probeCovariances(
  trainer: Trainer,
  batches: BatchMaker,
  set: ImageSet,
  signal?: AbortSignal,
): Promise<LayerCovariance[]> {
  const { evaluationBatch, network } = trainer;
  const layers = network.layers.map(({ filters }) => emptyCovariance(filters));
  for (const indices of ranges(set.count, evaluationBatch)) {
    signal?.throwIfAborted();
    // The last batch is filled up with the first image: the program takes whole batches only.
    const filled = new Uint32Array(evaluationBatch);
    filled.set(indices);
    const { images, labels } = batches.batch(set, filled);
    const counted = tf.tensor1d(new Float32Array(evaluationBatch).fill(1, 0, indices.length));
    const moments = trainer.moments(images, counted);
    const values = Float64Array.from(await moments.data());
    tf.dispose([images, labels, counted, moments]);
    let start = 0;
    for (const [layer, { filters }] of network.layers.entries()) {
      const end = start + filters;
      const products = values.subarray(end, end + filters * filters);
      const mean = values.subarray(start, end);
      layers[layer] = joinCovariances(layers[layer]!, { mean, products, count: indices.length });
      start = end + products.length;
    }
  }
  return layers;
}

/** Pearson correlation of two channels; NaN where one of them does not vary. */
export function correlation({ mean, products }: LayerCovariance, a: number, b: number): number {
  const product = (row: number, column: number) => products[row * mean.length + column]!;
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}

/** The line by which one channel is told from another, by least squares. */
export function regression(
  { mean, products }: LayerCovariance,
  { of, on }: { of: number; on: number },
): { slope: number; constant: number } {
  const slope = products[of * mean.length + on]! / products[on * mean.length + on]!;
  return { slope, constant: mean[of]! - slope * mean[on]! };
}
