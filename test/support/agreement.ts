import type { Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it, type TestAPI } from "vitest";
import { type Engine, type EngineName, openEngine } from "../../lib/engine/index.js";
import { basicNet, createNetwork, type Network } from "../../lib/models/index.js";
import { optimizerChain } from "../../lib/optimizers/index.js";
import { parseRunConfig } from "../../lib/runs/config.js";
import { score, Trainer } from "../../lib/training/index.js";
import {
  type BasicNetTrajectory,
  type FixtureParameters,
  loadFixture,
  type NetworkFixture,
  relativeDifference,
  type Vector,
} from "./fixtures.js";

/** Largest relative difference that the issue of numbers allows between an engine and PyTorch. */
const tolerance = 1e-4;

/**
 * Holds one engine against PyTorch (float64) on small networks of every kind: one forward and backward pass with
 * everything it computes, and 50 steps of a BasicNet with every optimizer, penalty and schedule and of some of the
 * others with one. `test` may be one that skips.
 *
 * @param brief for an engine that runs in software here: two small networks, and the first steps of trajectories
 * @param steps of each trajectory, where not all 50: PyTorch itself parts from its trajectories by up to 6e-2 within 50 steps
 *   when its convolutions are off by 1e-6 of their largest output, since an activation near zero then falls on ReLU's other
 *   side. An engine whose convolutions round otherwise than PyTorch's, and otherwise on every kind of processor, is held to
 *   the first steps, and its optimizers, penalties and schedules to all of them without its own kernels.
 */
export function describeAgreement(
  name: EngineName,
  test: TestAPI = it,
  { brief = false, steps = 50 }: { brief?: boolean; steps?: number } = {},
): void {
  describe(`${name} agrees with PyTorch`, () => {
    let engine: Engine;
    if (test === it) {
      beforeAll(async () => {
        engine = await openEngine({ name });
      });
    }

    const fixture = loadFixture("basicnet");
    const cases: [title: string, network: Network, fixture: NetworkFixture][] = [
      ["BasicNet, ReLU, batch", basicNet(fixture), fixture],
    ];
    for (const each of loadFixture("networks").cases) {
      const { model } = parseRunConfig({ ...anyRun, model: each.model });
      const [height, width, channels] = each.input;
      const classes = Array.from({ length: each.classes }, (_, label) => `${label}`);
      const title = `${model.name}, ${model.activation}, ${model.normalization}`;
      cases.push([title, createNetwork(model, { height, width, channels, classes }), each]);
    }
    for (const [title, kind, each] of brief ? cases.slice(1, 3) : cases) {
      describe(title, () => describeNetwork(() => engine, kind, firstSteps(each, brief ? 5 : steps), test));
    }

    const [, network, small] = cases[brief ? 1 : 0]!;
    test("and with itself: the same start gives the same bits, twice", async () => {
      const runs: Float32Array[] = [];
      for (let run = 0; run < 2; run++) {
        const trainer = trainerOf(network, engine, small, fixture.trajectories.at(-1)!);
        for (let step = 0; step < (brief ? 2 : 10); step++) trainer.step(batchOf(small, step), 1).dispose();
        runs.push((await trainer.weights()).parameters);
        trainer.dispose();
      }
      expect(runs[1]).toEqual(runs[0]);
    });

    test("without keeping a tensor per step", () => {
      const trainer = trainerOf(network, engine, small, fixture.trajectories.at(-1)!);
      const step = () => trainer.step(batchOf(small, 0), 1).dispose();
      step();
      const before = tf.memory().numTensors;
      for (let count = 0; count < 10; count++) step();
      expect(tf.memory().numTensors).toBe(before);
      trainer.dispose();
    });
  });
}

function describeNetwork(
  engine: () => Engine,
  network: Network,
  fixture: NetworkFixture,
  test: TestAPI,
): void {
  const { classes, onePass } = fixture;
  const { labels } = fixture.batches[0]!;

  test("on loss, gradients and statistics of one pass", async () => {
    const vector = tf.tensor1d(flatten(network, fixture.initial));
    const batch = batchOf(fixture, 0);
    const { logits, gradient, statistics } = network.train(engine().ops, vector, batch.images, batch.labels);
    const { loss, count } = score(await logits.data(), labels, classes);
    expect(Math.abs(loss / count - onePass.loss)).toBeLessThan(tolerance * onePass.loss);
    const gradients = (await gradient.data()) as Float32Array;
    for (const slot of network.layout.slots) {
      const reference = onePass.gradients[slot.name]!.data;
      expect(relativeDifference(network.layout.view(gradients, slot), reference), slot.name).toBeLessThan(
        tolerance,
      );
    }
    const reference = statisticsOf(network, onePass.batchStatistics);
    for (const part of ["mean", "variance"] as const) {
      expect(relativeDifference(await statistics[part].data(), reference[part]), part).toBeLessThan(
        tolerance,
      );
    }
  });

  test("on running statistics after a step and on evaluation with them", async () => {
    const trainer = trainerOf(network, engine(), fixture, { optimizer: still, penalty: noPenalty });
    trainer.step(batchOf(fixture, 0), 1).dispose();
    const { statistics } = await trainer.weights();
    const reference = statisticsOf(network, onePass.runningStatistics);
    const { channels } = network;
    expect(relativeDifference(statistics.slice(0, channels), reference.mean)).toBeLessThan(tolerance);
    expect(relativeDifference(statistics.slice(channels), reference.variance)).toBeLessThan(tolerance);
    const { images } = batchOf(fixture, 0);
    const { logits, responses } = trainer.probe(images);
    expect(responses.shape).toEqual([labels.length, channels]);
    for (const scores of [logits, trainer.infer(images)]) {
      expect(relativeDifference(await scores.data(), onePass.evaluation.logits.data)).toBeLessThan(tolerance);
    }
    trainer.dispose();
  });

  for (const trajectory of fixture.trajectories) {
    test(`over ${trajectory.losses.length} steps of ${describeTrajectory(trajectory)}`, async () => {
      const trainer = trainerOf(network, engine(), fixture, trajectory);
      const { name: kind, milestone, factor } = trajectory.schedule;
      for (const [index, reference] of trajectory.losses.entries()) {
        const logits = trainer.step(
          batchOf(fixture, index),
          kind === "step" && index >= milestone ? factor : 1,
        );
        const own = fixture.batches[index % fixture.batches.length]!.labels;
        const { loss, count } = score(await logits.data(), own, classes);
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
}

const firstSteps = (fixture: NetworkFixture, steps: number): NetworkFixture => ({
  ...fixture,
  trajectories: fixture.trajectories.map((trajectory) => ({
    ...trajectory,
    losses: trajectory.losses.slice(0, steps),
  })),
});

/** A batch that the trainer may dispose. */
function batchOf({ batches }: NetworkFixture, step: number): { images: Tensor4D; labels: Tensor1D } {
  const { images, labels } = batches[step % batches.length]!;
  return { images: tf.tensor4d(images.data, images.shape), labels: tf.tensor1d(labels, "int32") };
}

/** Of filters without batch normalization: mean 0, variance 1. */
function statisticsOf({ channels }: Network, layers: { mean: Vector; variance: Vector }[]) {
  const all = (part: "mean" | "variance", none: number) =>
    layers.length > 0 ? layers.flatMap((layer) => [...layer[part].data]) : Array<number>(channels).fill(none);
  return { mean: all("mean", 0), variance: all("variance", 1) };
}

/** Leaves the parameters where they are. */
const still = { name: "sgd", lr: 1e-30 } as const;

const noPenalty = { kind: "none", lambda: 0 } as const;

/** What a configuration has beside its model. */
const anyRun = {
  dataset: { name: "synthetic" },
  model: { widths: [1] },
  optimizer: { name: "sgd", learningRate: 1 },
  steps: 1,
};

function trainerOf(
  network: Network,
  engine: Engine,
  { initial, batches }: NetworkFixture,
  { optimizer, penalty, filterNorm }: Pick<BasicNetTrajectory, "optimizer" | "penalty" | "filterNorm">,
): Trainer {
  const config = parseRunConfig({
    ...anyRun,
    optimizer:
      optimizer.name === "adam"
        ? { name: "adam", learningRate: optimizer.lr, epsilon: optimizer.eps }
        : {
            name: "sgd",
            learningRate: optimizer.lr,
            momentum: optimizer.name === "momentum" ? optimizer.momentum : 0,
          },
    penalty: penalty.kind === "none" ? {} : { kind: penalty.kind, lambda: penalty.lambda },
  });
  const batchSize = batches[0]!.labels.length;
  return new Trainer({
    network,
    engine,
    chain: optimizerChain(config),
    initial: flatten(network, initial),
    ...(filterNorm !== undefined && { filterNorm }),
    batchSize,
    evaluationBatch: batchSize,
  });
}

function flatten({ layout }: Network, parameters: FixtureParameters): Float32Array {
  const vector = new Float32Array(layout.length);
  for (const slot of layout.slots) vector.set(parameters[slot.name]!.data, slot.offset);
  return vector;
}

function describeTrajectory({ optimizer, penalty, schedule, filterNorm }: BasicNetTrajectory): string {
  const decay = penalty.kind === "none" ? "without penalty" : `with ${penalty.kind} ${penalty.lambda}`;
  const held = filterNorm === undefined ? "" : `, filters held at ${filterNorm} of their norm`;
  return `${optimizer.name} ${decay}, ${schedule.name} rate${held}`;
}
