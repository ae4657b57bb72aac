import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { syntheticImages } from "../../lib/datasets/synthetic-images.js";
import { composedOps } from "../../lib/engine/composed.js";
import { openEngine } from "../../lib/engine/index.js";
import { modelSchema } from "../../lib/models/config.js";
import { createNetwork } from "../../lib/models/index.js";
import { chain, scaleByLearningRate } from "../../lib/optimizers/index.js";
import { emptyCovariance, joinCovariances } from "../../lib/sparsity/covariance.js";
import {
  correlation,
  findCopies,
  type LayerCovariance,
  nearestLikeness,
  probeCovariances,
  regression,
  weightCosines,
} from "../../lib/sparsity/index.js";
import { Session } from "../../lib/training/index.js";

describe("copies", () => {
  /** Alike by how near they are. */
  const near = (a: number, b: number) => 1 - Math.abs(a - b) / 100;

  it("are those alike an earlier filter that is no copy itself", () => {
    // 14 is alike 10, which is a copy; it is not alike 6.
    expect(findCopies([6, 10, 14, 50, 52], near, 0.955)).toEqual([
      { filter: 10, original: 6 },
      { filter: 52, original: 50 },
    ]);
  });

  it("are none where likeness only reaches the threshold or is not defined", () => {
    expect(findCopies([0, 5], near, 0.95)).toEqual([]);
    expect(findCopies([0, 1], () => Number.NaN)).toEqual([]);
  });

  it("are as near as the filters most like each other, on average", () => {
    // 6 and 10 are nearest to each other, 14 to 10, 50 to 14.
    expect(nearestLikeness([6, 10, 14, 50], near)).toBeCloseTo((3 * 0.96 + 0.64) / 4, 9);
    expect(nearestLikeness([3], near)).toBeNaN();
    expect(nearestLikeness([3, 4], () => Number.NaN)).toBeNaN();
  });
});

describe("cosines of weights", () => {
  const network = createNetwork(modelSchema.parse({ widths: [4] }), syntheticImages({ size: 8 }));
  const [layer] = network.layers;
  const { layout } = network;
  const parameters = new Float32Array(layout.length);
  const weights = layout.view(parameters, layout.slots[layer!.weight]!);
  const gammas = layout.view(parameters, layout.slots[layer!.gamma!]!);

  it("go by direction and gamma's sign, whatever the lengths", () => {
    // Filters in the plane of their first two weights, at 0, 60, 180 degrees and without weights; the third is turned around.
    weights.set([2, 0.5, -3, 0], 0);
    weights.set([0, Math.sqrt(0.75), 0, 0], 4);
    gammas.set([1, 2, -0.1, 1]);
    const cosine = weightCosines(network, layer!, parameters);
    expect(cosine(0, 1)).toBeCloseTo(0.5, 6);
    expect(cosine(0, 2)).toBeCloseTo(1, 6);
    expect(cosine(1, 2)).toBeCloseTo(0.5, 6);
    expect(cosine(0, 3)).toBeNaN();
  });
});

describe("covariances", () => {
  it("of a line and its opposite are told whole however they are joined", () => {
    const points = [3, 5, 4, 9].map((x) => [x + 1e6, 2 * (x + 1e6) - 7, -x]);
    const covariance = points
      .map((point) => ({ ...emptyCovariance(3), mean: Float64Array.from(point), count: 1 }))
      .reduce<LayerCovariance>(joinCovariances, emptyCovariance(3));
    expect(correlation(covariance, 0, 1)).toBeCloseTo(1, 9);
    expect(correlation(covariance, 0, 2)).toBeCloseTo(-1, 9);
    const line = regression(covariance, { of: 1, on: 0 });
    expect(line.slope).toBeCloseTo(2, 9);
    expect(line.constant).toBeCloseTo(-7, 3);
  });

  it("over all images and positions are those of the activations themselves, in float64", async () => {
    const dataset = syntheticImages({ size: 8 });
    const set = { ...dataset.train, count: 300 };
    const network = createNetwork(modelSchema.parse({ widths: [4, 5, 6] }), dataset);
    const engine = await openEngine({ name: "wasm" });
    const session = new Session({
      ...{ engine, dataset, network, steps: 1, seed: 1, batchSize: 8 },
      chain: chain(scaleByLearningRate(0)),
    });
    const { trainer, batches } = session;
    // 300 images are a whole batch and a part of one.
    const covariances = await probeCovariances(trainer, batches, set);
    const { parameters } = await trainer.weights();
    const { images } = batches.batch(
      set,
      Uint32Array.from({ length: 300 }, (_, index) => index),
    );
    const activations: Float32Array[] = [];
    tf.tidy(() => {
      const { channels } = network;
      const statistics = {
        mean: tf.zeros<tf.Rank.R1>([channels]),
        variance: tf.ones<tf.Rank.R1>([channels]),
      };
      const infer = network.inference(composedOps, tf.tensor1d(parameters), statistics);
      infer(images, (layer, map) => {
        activations[layer] = map.dataSync() as Float32Array;
      });
    });
    for (const [layer, { filters }] of network.layers.entries()) {
      const of = Array.from({ length: filters }, (_, filter) =>
        Float64Array.from(activations[layer]!.filter((_value, at) => at % filters === filter)),
      );
      for (let a = 0; a < filters; a++)
        for (let b = 0; b < a; b++)
          expect(correlation(covariances[layer]!, a, b)).toBeCloseTo(pearson(of[a]!, of[b]!), 4);
    }
    images.dispose();
    session.dispose();
  });
});

function pearson(x: Float64Array, y: Float64Array): number {
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const sum = (of: (index: number) => number) => x.reduce((total, _, index) => total + of(index), 0);
  const [xy, xx, yy] = [
    sum((i) => (x[i]! - mx) * (y[i]! - my)),
    sum((i) => (x[i]! - mx) ** 2),
    sum((i) => (y[i]! - my) ** 2),
  ];
  return xy / Math.sqrt(xx * yy);
}
