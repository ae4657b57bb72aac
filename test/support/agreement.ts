import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it, type TestAPI } from "vitest";
import { type Engine, type EngineName, openEngine } from "../../lib/engine/index.js";
import { basicNet, type Network } from "../../lib/models/index.js";
import { optimizerChain } from "../../lib/optimizers/index.js";
import { parseRunConfig } from "../../lib/runs/config.js";
import { score, Trainer } from "../../lib/training/index.js";
import {
  type BasicNetFixture,
  type BasicNetTrajectory,
  type FixtureParameters,
  loadFixture,
  relativeDifference,
} from "./fixtures.js";

/** Largest relative difference that the issue of numbers allows between an engine and PyTorch. */
const tolerance = 1e-4;

/**
 * Holds one engine against PyTorch (float64) on a small BasicNet: one forward and backward pass with everything it
 * computes, and 50 steps of every optimizer, penalty and schedule. `test` may be one that skips.
 */
export function describeAgreement(name: EngineName, test: TestAPI = it): void {
  describe(`${name} agrees with PyTorch`, () => {
    const fixture = loadFixture("basicnet");
    const { widths, input, classes } = fixture;
    const network = basicNet({ widths, input, classes });
    let engine: Engine;
    if (test === it) {
      beforeAll(async () => {
        engine = await openEngine({ name });
      });
    }

    test("on loss, gradients and statistics of one pass", () => {
      const { images, labels } = fixture.batches[0]!;
      const { onePass } = fixture;
      const vector = tf.tensor1d(flatten(network, fixture.initial));
      const { logits, gradient, statistics } = network.train(
        engine.ops,
        vector,
        tf.tensor4d(images.data, images.shape),
        tf.tensor1d(labels, "int32"),
      );
      const { loss, count } = score(logits.dataSync(), labels, classes);
      expect(Math.abs(loss / count - onePass.loss)).toBeLessThan(tolerance * onePass.loss);
      const gradients = gradient.dataSync() as Float32Array;
      for (const slot of network.layout.slots) {
        const reference = onePass.gradients[slot.name]!.data;
        expect(relativeDifference(network.layout.view(gradients, slot), reference), slot.name).toBeLessThan(
          tolerance,
        );
      }
      for (const part of ["mean", "variance"] as const) {
        const reference = onePass.batchStatistics.flatMap((layer) => [...layer[part].data]);
        expect(relativeDifference(statistics[part].dataSync(), reference), part).toBeLessThan(tolerance);
      }
    });

    test("on running statistics after a step and on evaluation with them", async () => {
      const trainer = trainerOf(network, engine, fixture, { ...fixture.trajectories[0]!, optimizer: still });
      const { images, labels } = fixture.batches[0]!;
      const batch = tf.tensor4d(images.data, images.shape);
      trainer.step({ images: batch.clone(), labels: tf.tensor1d(labels, "int32") }, 1).dispose();
      const { statistics } = await trainer.weights();
      const { runningStatistics, evaluation } = fixture.onePass;
      const reference = (part: "mean" | "variance") =>
        runningStatistics.flatMap((layer) => [...layer[part].data]);
      const { channels } = network;
      expect(relativeDifference(statistics.slice(0, channels), reference("mean"))).toBeLessThan(tolerance);
      expect(relativeDifference(statistics.slice(channels), reference("variance"))).toBeLessThan(tolerance);
      const { logits } = trainer.probe(batch);
      expect(relativeDifference(trainer.infer(batch).dataSync(), evaluation.logits.data)).toBeLessThan(
        tolerance,
      );
      expect(relativeDifference(logits.dataSync(), evaluation.logits.data)).toBeLessThan(tolerance);
      trainer.dispose();
    });

    for (const trajectory of fixture.trajectories) {
      test(`over 50 steps of ${describeTrajectory(trajectory)}`, async () => {
        const trainer = trainerOf(network, engine, fixture, trajectory);
        const { name: kind, milestone, factor } = trajectory.schedule;
        for (const [index, reference] of trajectory.losses.entries()) {
          const { images, labels } = fixture.batches[index % fixture.batches.length]!;
          const batch = {
            images: tf.tensor4d(images.data, images.shape),
            labels: tf.tensor1d(labels, "int32"),
          };
          const logits = trainer.step(batch, kind === "step" && index >= milestone ? factor : 1);
          const { loss, count } = score(logits.dataSync(), labels, classes);
          logits.dispose();
          expect(Math.abs(loss / count / reference - 1), `loss of step ${index + 1}`).toBeLessThan(tolerance);
          const kept = trajectory.parameters[`${index + 1}` as "1"];
          if (!kept) continue;
          const { parameters: present } = await trainer.weights();
          const expected = flatten(network, kept);
          expect(relativeDifference(present, expected), `parameters after step ${index + 1}`).toBeLessThan(
            tolerance,
          );
        }
        trainer.dispose();
      });
    }

    test("without keeping a tensor per step", () => {
      const trainer = trainerOf(network, engine, fixture, fixture.trajectories.at(-1)!);
      const { images, labels } = fixture.batches[0]!;
      const step = () => {
        const batch = {
          images: tf.tensor4d(images.data, images.shape),
          labels: tf.tensor1d(labels, "int32"),
        };
        trainer.step(batch, 1).dispose();
      };
      step();
      const before = tf.memory().numTensors;
      for (let count = 0; count < 10; count++) step();
      expect(tf.memory().numTensors).toBe(before);
      trainer.dispose();
    });
  });
}

/** Leaves the parameters where they are. */
const still = { name: "sgd", lr: 1e-30 } as const;

function trainerOf(
  network: Network,
  engine: Engine,
  { initial, batches }: BasicNetFixture,
  { optimizer, penalty }: Pick<BasicNetTrajectory, "optimizer" | "penalty">,
): Trainer {
  const config = parseRunConfig({
    dataset: { name: "synthetic" },
    model: { widths: [1] },
    optimizer:
      optimizer.name === "adam"
        ? { name: "adam", learningRate: optimizer.lr, epsilon: optimizer.eps }
        : {
            name: "sgd",
            learningRate: optimizer.lr,
            momentum: optimizer.name === "momentum" ? optimizer.momentum : 0,
          },
    penalty: penalty.kind === "none" ? {} : { kind: penalty.kind, lambda: penalty.lambda },
    steps: 1,
  });
  const batchSize = batches[0]!.labels.length;
  return new Trainer({
    network,
    engine,
    chain: optimizerChain(config),
    initial: flatten(network, initial),
    batchSize,
    evaluationBatch: batchSize,
  });
}

function flatten({ layout }: Network, parameters: FixtureParameters): Float32Array {
  const vector = new Float32Array(layout.length);
  for (const slot of layout.slots) vector.set(parameters[slot.name]!.data, slot.offset);
  return vector;
}

function describeTrajectory({ optimizer, penalty, schedule }: BasicNetTrajectory): string {
  const decay = penalty.kind === "none" ? "without penalty" : `with ${penalty.kind} ${penalty.lambda}`;
  return `${optimizer.name} ${decay}, ${schedule.name} rate`;
}
