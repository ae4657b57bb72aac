import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Engine, openEngine } from "../../lib/engine/index.js";
import { hasOwnChannels, mergeCopies } from "../../lib/pruning/merge.js";
import { type TrainedModel, trainedModel } from "../../lib/pruning/model.js";
import { cutChannels } from "../../lib/pruning/surgery.js";
import { images, keepCenters, largestDifference, models, others, randomModel } from "./support.js";

let engine: Engine;
let batch: tf.Tensor4D;
beforeAll(async () => {
  engine = await openEngine({ name: "wasm" });
  batch = tf.randomNormal([5, 8, 8, 3], 0, 1, "float32", 7);
});
afterAll(() => batch.dispose());

/** Makes filter 2 of a layer emit `slope` times what its filter 1 emits, from weights of another length. */
function makeTwin({ network, weights }: TrainedModel, layer: number, slope: number): void {
  const { layout, layers, channels } = network;
  const { weight, gamma, beta, offset, filters } = layers[layer]!;
  const { parameters, statistics } = weights;
  const kernel = layout.view(parameters, layout.slots[weight]!);
  for (let start = 0; start < kernel.length; start += filters) kernel[start + 2] = 2 * kernel[start + 1]!;
  statistics[offset + 2] = 2 * statistics[offset + 1]!;
  // Normalization adds its epsilon to the variance.
  statistics[channels + offset + 2] = 4 * (statistics[channels + offset + 1]! + 1e-5) - 1e-5;
  for (const slot of [gamma!, beta]) {
    const values = layout.view(parameters, layout.slots[slot]!);
    values[2] = slope * values[1]!;
  }
}

const differ = (a: TrainedModel, b: TrainedModel) => largestDifference(a, b, batch, engine);

const merged = (model: TrainedModel, copies: Parameters<typeof mergeCopies>[2]) =>
  trainedModel(model.model, images, mergeCopies(model.network, model.weights, copies));

describe("merging copies", () => {
  const copy = { filter: 2, original: 1, slope: 3, constant: 0 };

  it.each(["basicnet", "vgg"] as const)(
    "of %s leaves the logits as they are, and can be cut then",
    (name) => {
      const model = randomModel(models[name]);
      const all = model.network.layers.map((_, layer) => layer);
      for (const layer of all) makeTwin(model, layer, 3);
      const whole = merged(
        model,
        all.map((layer) => ({ layer, ...copy })),
      );
      expect(differ(model, whole)).toBeLessThan(1e-5);
      const kept = others(
        model,
        model.network.groups.map(() => [2]),
      );
      expect(differ(model, cutChannels(whole, { kept }))).toBeLessThan(1e-5);
      // A copy that is only cut was read.
      expect(differ(model, cutChannels(model, { kept }))).toBeGreaterThan(1e-2);
    },
  );

  it("moves a constant by which a copy is above its original to where it is read", () => {
    const model = randomModel(models.basicnet);
    const { layout, layers } = model.network;
    keepCenters(model);
    makeTwin(model, 1, 1);
    // Both open everywhere, so that the shift of the copy is one of its activation.
    const betas = layout.view(model.weights.parameters, layout.slots[layers[1]!.beta]!);
    betas.set([50, 50.25], 1);
    const constant = { ...copy, layer: 1, slope: 1, constant: 0.25 };
    expect(differ(model, merged(model, [constant]))).toBeLessThan(1e-4);
    expect(differ(model, merged(model, [{ ...constant, constant: 0 }]))).toBeGreaterThan(1e-3);
  });

  it("is for layers whose channels no residual sum shares", () => {
    const own = ({ network }: TrainedModel) =>
      network.layers.map((_, layer) => hasOwnChannels(network, layer));
    expect(own(randomModel(models.basicnet))).toEqual([true, true, true, true, true]);
    const residual = own(randomModel(models.basic));
    expect(residual).toContain(true);
    expect(residual).toContain(false);
  });
});
