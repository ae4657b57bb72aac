import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { loadDataset } from "../../lib/datasets/index.js";
import { type Engine, openEngine } from "../../lib/engine/index.js";
import { createNetwork, initialParameters } from "../../lib/models/index.js";
import { chain, scaleByAdam, scaleByLearningRate } from "../../lib/optimizers/index.js";
import { openRandom } from "../../lib/random.js";
import { parseRunConfig } from "../../lib/runs/config.js";
import { perFilter, probeGradients, weightNorms } from "../../lib/sparsity/index.js";
import { BatchMaker, score, Trainer } from "../../lib/training/index.js";

const config = parseRunConfig({
  dataset: { name: "synthetic", source: "builtin", size: 8, trainImages: 40 },
  model: { widths: [3, 4, 5] },
  optimizer: { name: "adam", learningRate: 1e-2 },
  steps: 1,
});
const batchSize = 10;
const miniBatches = [
  Uint32Array.from({ length: 10 }, (_, i) => i),
  Uint32Array.from({ length: 10 }, (_, i) => 39 - i),
];

describe("probeGradients", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine({ name: "wasm" });
  });

  async function open(change?: (parameters: Float32Array) => void) {
    const dataset = await loadDataset(config.dataset);
    const network = createNetwork(config.model, dataset);
    const initial = initialParameters(network.layout, openRandom(1, "init"));
    change?.(initial);
    const chainOf = chain(scaleByAdam(), scaleByLearningRate(1e-2));
    const trainer = new Trainer({ network, engine, chain: chainOf, initial, batchSize });
    return { dataset, network, initial, trainer, batches: new BatchMaker(dataset) };
  }

  /** Mean loss of the mini-batches in training mode, from logits that a step returns. */
  async function loss(change: (parameters: Float32Array) => void): Promise<number> {
    let sum = 0;
    for (const indices of miniBatches) {
      const { dataset, trainer, batches } = await open(change);
      const logits = trainer.step(batches.batch(dataset.train, indices), 0);
      const labels = Array.from(indices, (index) => dataset.train.labels[index]!);
      sum += score(await logits.data(), labels, dataset.classes.length).loss / indices.length;
      logits.dispose();
      trainer.dispose();
    }
    return sum / miniBatches.length;
  }

  it("gives the slope of the objective along gamma and along a filter's weights", async () => {
    const { dataset, network, trainer, batches } = await open();
    const gradients = await probeGradients(trainer, batches, dataset.train, miniBatches);
    trainer.dispose();
    const layer = network.layers[1]!;
    const gamma = network.layout.slots[layer.gamma!]!.offset + 2;
    const h = 1e-2;
    const shifted = (by: number) =>
      loss((parameters) => {
        parameters[gamma] = parameters[gamma]! + by;
      });
    const slope = ((await shifted(h)) - (await shifted(-h))) / (2 * h);
    const found = gradients.gammaGradient[layer.offset + 2]!;
    expect(found).not.toBe(0);
    expect(found).toBeCloseTo(slope, 3);
  });

  it("takes norms and second moments filter by filter, and changes nothing", async () => {
    const { dataset, network, initial, trainer, batches } = await open();
    const before = tf.memory().numTensors;
    const fresh = await probeGradients(trainer, batches, dataset.train, miniBatches);
    expect(tf.memory().numTensors).toBe(before);
    expect((await trainer.weights()).parameters).toEqual(initial);
    expect(fresh.gammaSecondMoment.every((value) => value === 0)).toBe(true);

    // One step: Adam's second moment is 1e-3 times the squared gradient of that batch.
    const one = [miniBatches[0]!];
    const { gammaGradient, weightGradient } = await probeGradients(trainer, batches, dataset.train, one);
    trainer.step(batches.batch(dataset.train, one[0]!), 1).dispose();
    const after = await probeGradients(trainer, batches, dataset.train, one);
    trainer.dispose();
    const fanIn = network.layers.flatMap(({ weight, filters }) =>
      new Array<number>(filters).fill(network.layout.slots[weight]!.size / filters),
    );
    for (let channel = 0; channel < network.channels; channel++) {
      const squares = weightGradient[channel]! ** 2 / fanIn[channel]!;
      expect(after.gammaSecondMoment[channel]!).toBeCloseTo(1e-3 * gammaGradient[channel]! ** 2, 8);
      expect(after.weightSecondMoment[channel]! / (1e-3 * squares)).toBeCloseTo(1, 3);
    }
  });

  it("reads a filter's own weights", async () => {
    const { network, initial, trainer } = await open();
    trainer.dispose();
    const { weight, offset, filters } = network.layers[1]!;
    const slot = network.layout.slots[weight]!;
    let squares = 0;
    for (let i = 3; i < slot.size; i += filters) squares += initial[slot.offset + i]! ** 2;
    expect(weightNorms(network, initial)[offset + 3]).toBeCloseTo(Math.sqrt(squares), 6);
    expect([...perFilter(network, initial, "gamma")]).toEqual(new Array(network.channels).fill(1));
  });
});
