import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { syntheticImages } from "../../lib/datasets/synthetic-images.js";
import { type Engine, openEngine } from "../../lib/engine/index.js";
import { modelSchema } from "../../lib/models/config.js";
import { createNetwork } from "../../lib/models/index.js";
import { chain, scaleByAdam, scaleByLearningRate } from "../../lib/optimizers/index.js";
import { Session, type TrainingEvent, trainWith } from "../../lib/training/index.js";

const dataset = syntheticImages({ size: 8 });

describe("a session", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine({ name: "wasm" });
  });

  const open = ({ steps = 60, learningRate = 1e-2 } = {}) =>
    new Session({
      ...{ engine, dataset, steps, seed: 1, batchSize: 8 },
      network: createNetwork(modelSchema.parse({ widths: [4, 4] }), dataset),
      chain: chain(scaleByAdam(), scaleByLearningRate(learningRate)),
    });

  it("tells of readings, stops and the positions around them, in order", async () => {
    const session = open();
    const events: TrainingEvent[] = [];
    for await (const event of session.train({ stops: [10, 60] })) events.push(event);
    session.dispose();
    const short = events.map((event) =>
      event.type === "position"
        ? `at ${event.position.step}${event.position.stopIsDue ? ", stop due" : ""}`
        : `${event.type} ${event.step}`,
    );
    expect(short).toEqual([
      ...["reading 10", "at 10, stop due", "stop 10", "at 10"],
      ...["reading 35", "at 35"],
      ...["reading 60", "at 60, stop due", "stop 60", "at 60"],
    ]);
    const images = events.flatMap((event) => (event.type === "reading" ? [event.score.count] : []));
    expect(images).toEqual([80, 200, 200]);
  });

  it("goes on from a position as if it had never been left", async () => {
    const whole = open();
    await trainWith(whole, { listeners: [], stops: [20] });
    const expected = (await whole.trainer.weights()).parameters;
    whole.dispose();

    const first = open();
    for await (const event of first.train({ stops: [20] })) if (event.type === "stop") break;
    const state = await first.trainer.state();
    first.dispose();
    const second = open();
    second.trainer.restore(state);
    const seen: string[] = [];
    await trainWith(second, {
      from: { step: 20, stopIsDue: true, seconds: 3 },
      stops: [20],
      listeners: [(event) => void seen.push(event.type)],
    });
    expect((await second.trainer.weights()).parameters).toEqual(expected);
    expect(seen.slice(0, 3)).toEqual(["position", "stop", "position"]);
    second.dispose();
  });

  it("waits for every listener, one after another", async () => {
    const session = open({ steps: 5 });
    const seen: string[] = [];
    await trainWith(session, {
      listeners: [
        async ({ type }) => {
          await new Promise((resolve) => setTimeout(resolve, 5));
          seen.push(`first ${type}`);
        },
        ({ type }) => void seen.push(`second ${type}`),
      ],
    });
    expect(seen).toEqual(["first reading", "second reading", "first position", "second position"]);
    session.dispose();
  });

  it("ends as diverged where the loss stops being finite, and leaves no tensor behind", async () => {
    const before = tf.memory().numTensors;
    const session = open({ steps: 500, learningRate: 1e30 });
    const outcome = await trainWith(session, { listeners: [] });
    expect(outcome.status).toBe("diverged");
    expect(outcome.step).toBeLessThan(500);
    session.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("gives the same mini-batches to probe with, whenever asked, and other ones than it trains on", () => {
    const session = open();
    expect(session.probeBatches(3)).toEqual(session.probeBatches(3));
    expect(session.probeBatches(2)).toHaveLength(2);
    expect(session.probeBatches(2)[0]).not.toEqual(session.probeBatches(2)[1]);
    session.dispose();
  });
});
