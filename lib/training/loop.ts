import type { Tensor2D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { ImageSet } from "../datasets/dataset.js";
import type { Random } from "../random.js";
import { type BatchMaker, batchIndices } from "./batches.js";
import { type Score, score } from "./loss.js";
import type { Trainer } from "./trainer.js";

/** Steps whose logits wait on the device before they are read back together. */
const stepsPerReading = 25;

export interface LoopOptions {
  trainer: Trainer;
  data: ImageSet;
  batches: BatchMaker;
  batchSize: number;
  steps: number;
  classes: number;
  /** Decides the order of images. */
  random: Random;
  /** Learning-rate factor at a step counted from 1. */
  factor: (step: number) => number;
  /** Steps after which `onStop` is awaited, ascending: epoch ends, probes. */
  stops: readonly number[];
  onStop: (step: number) => Promise<void>;
  /** Called after every reading with the score of the steps since the one before. */
  onReading: (step: number, latest: Score) => void;
  signal?: AbortSignal | undefined;
}

/** "finished", or "diverged" at the first reading with a loss that is not finite. */
export type LoopOutcome = { status: "finished" | "diverged"; step: number; seconds: number };

/** The training loop: steps in seeded order, with stops for evaluation and probes. `seconds` counts steps only. */
export async function trainingLoop(options: LoopOptions): Promise<LoopOutcome> {
  const { trainer, data, batches, batchSize, steps, classes, random, factor, onReading, signal } = options;
  const stops = new Set(options.stops);
  const order = batchIndices(data.count, batchSize, random);
  let seconds = 0;
  let waiting: { logits: Tensor2D; labels: Uint16Array }[] = [];
  let started = performance.now();

  const read = async (): Promise<Score> => {
    const logits = tf.tidy(() => tf.concat(waiting.map((step) => step.logits)));
    const labels = waiting.flatMap((step) => [...step.labels]);
    tf.dispose(waiting.map((step) => step.logits));
    waiting = [];
    const latest = score(await logits.data(), labels, classes);
    logits.dispose();
    return latest;
  };

  for (let step = 1; step <= steps; step++) {
    const indices = order.next().value as Uint32Array;
    const logits = trainer.step(batches.batch(data, indices), factor(step));
    waiting.push({ logits, labels: Uint16Array.from(indices, (index) => data.labels[index]!) });
    if (waiting.length < stepsPerReading && !stops.has(step) && step < steps) continue;

    const latest = await read();
    seconds += (performance.now() - started) / 1000;
    onReading(step, latest);
    if (!Number.isFinite(latest.loss)) return { status: "diverged", step, seconds };
    if (stops.has(step)) await options.onStop(step);
    await new Promise(setImmediate);
    signal?.throwIfAborted();
    started = performance.now();
  }
  return { status: "finished", step: steps, seconds };
}
