import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { type Engine, openEngine } from "../../lib/engine/index.js";
import type { RunConfig } from "../../lib/runs/config.js";
import { executeRun, type RunProgress } from "../../lib/runs/execute.js";
import { runId } from "../../lib/runs/index.js";
import { smokeConfig, useTemporaryFolders } from "./support.js";

useTemporaryFolders();

describe("executeRun on the embedded engine", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine({ name: "wasm" });
  });

  it("gives a record whose parts fit together, and reports its progress", async () => {
    const seen: RunProgress[] = [];
    const config = smokeConfig();
    const { record, filters, weights } = await executeRun(config, {
      engine,
      seed: 1,
      onProgress: (progress) => seen.push(progress),
    });
    expect(record).toMatchObject({ id: runId(config), seed: 1, status: "finished", config });
    expect(record.environment.engine).toBe("wasm");
    expect(record.dataset).toMatchObject({ name: "synthetic", source: "builtin", trainImages: 200 });
    expect(record.model.layers.map(({ filters: count }) => count)).toEqual([4, 4, 6, 6, 8]);
    // 10 steps an epoch: two whole ones and a half.
    expect(record.epochs.map(({ epoch, step }) => [epoch, step])).toEqual([
      [1, 10],
      [2, 20],
      [2.5, 25],
    ]);
    expect(record.epochs.map(({ learningRate }) => learningRate.toFixed(6))).toEqual([
      "0.010000",
      "0.001000",
      "0.001000",
    ]);
    expect(record.epochs.at(-1)!.testError).toBe(record.final.testError);
    expect(record.epochs[1]!.trainLoss).toBeLessThan(record.epochs[0]!.trainLoss);
    expect(record.probes.steps[0]).toBe(0);
    expect(record.probes.steps.at(-1)).toBe(25);
    expect(record.probes.images.at(-1)).toBe(200);
    expect(filters.step.length).toBe(record.probes.steps.length * 28);
    expect(filters.gamma.slice(0, 28).every((gamma) => gamma === 1)).toBe(true);
    expect(weights!.statistics.length).toBe(2 * 28);
    const { layers, copies } = record.final;
    expect(copies!.layers.map(({ name, active }) => [name, active])).toEqual(
      layers.map(({ name, filters: all, deadByActivation }) => [name, all - deadByActivation]),
    );
    for (const { active, byActivation, byWeights, nearest } of copies!.layers) {
      if (active > 1) expect(nearest.byActivation).toBeGreaterThan(-1);
      for (const counts of [byActivation, byWeights]) {
        expect(counts).toEqual(counts.toSorted((a, b) => b - a));
        expect(counts[0]).toBeLessThan(Math.max(1, active));
      }
    }
    expect(copies!.merged.length).toBe(copies!.thresholds.length);
    expect(seen.at(-1)!.step).toBe(25);
    expect(seen.some(({ phase, loss }) => phase === "train" && Number.isFinite(loss))).toBe(true);
  });

  it("gives the same bits for the same seed, and others for another", async () => {
    const train = async (seed: number) => {
      const { weights, filters, record } = await executeRun(smokeConfig(), { engine, seed });
      return { parameters: weights!.parameters, gamma: filters.gamma, loss: record.final.testLoss };
    };
    const first = await train(1);
    expect(await train(1)).toEqual(first);
    expect((await train(2)).parameters).not.toEqual(first.parameters);
  });

  it("is evaluated on held-out training images where there are any, and augments what it trains on", async () => {
    const { dataset } = smokeConfig();
    const train = (changes: Partial<RunConfig["dataset"]>) =>
      executeRun(smokeConfig({ dataset: { ...dataset, ...changes } }), { engine, seed: 1 });
    const plain = await train({});
    expect(plain.record.dataset).toMatchObject({ testImages: 1000, evaluatedOn: "test" });
    const held = await train({ validationImages: 80 });
    expect(held.record.dataset).toMatchObject({
      trainImages: 200,
      testImages: 80,
      evaluatedOn: "validation",
    });
    expect(held.weights!.parameters).toEqual(plain.weights!.parameters);
    const augmented = await train({ augmentation: { crop: 1, flip: true } });
    expect(augmented.record.dataset.mean).toEqual(plain.record.dataset.mean);
    expect(augmented.weights!.parameters).not.toEqual(plain.weights!.parameters);
  });

  it("records a diverged run as diverged, where its loss stopped being finite", async () => {
    const config = smokeConfig({
      optimizer: { name: "sgd", learningRate: 100, momentum: 0.9 },
      penalty: { lambda: 1 },
    });
    const { record } = await executeRun({ ...config, steps: 400 }, { engine, seed: 1 });
    expect(record.status).toBe("diverged");
    expect(record.final.step).toBeLessThan(400);
    expect(record.epochs.at(-1)!.step).toBe(record.final.step);
  });

  it("stops when told to, and leaves no tensor behind", async () => {
    const before = tf.memory().numTensors;
    const stop = new AbortController();
    const run = executeRun(smokeConfig({ steps: 100_000 }), {
      engine,
      seed: 1,
      signal: stop.signal,
      onProgress: ({ step }) => step > 50 && stop.abort(),
    });
    await expect(run).rejects.toThrow(/abort/i);
    expect(tf.memory().numTensors).toBe(before);
  });
});
