import type { Tensor2D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { ImageSet } from "../datasets/dataset.js";
import type { BatchMaker } from "./batches.js";
import { type Score, score } from "./loss.js";
import { nextTurn } from "./next-turn.js";
import type { BatchOrder } from "./order.js";
import type { Trainer } from "./trainer.js";

/** Steps whose logits wait on the device before they are read back together. */
const stepsPerReading = 25;

/** Where a loop stands between two steps: all that it needs to go on from there with the same trainer. */
export interface LoopPosition {
  /** Steps done. */
  step: number;
  /** Whether `onStop` is still to be called at this step. */
  stopIsDue: boolean;
  /** Spent in steps so far. */
  seconds: number;
}

export interface LoopOptions {
  trainer: Trainer;
  data: ImageSet;
  batches: BatchMaker;
  /** Which of the images every step sees. */
  order: BatchOrder;
  steps: number;
  classes: number;
  /** Learning-rate factor at a step counted from 1. */
  factor: (step: number) => number;
  /** Steps after which `onStop` is awaited, ascending: epoch ends, probes. */
  stops: readonly number[];
  onStop: (step: number) => Promise<void>;
  /** Called after every reading with the score of the steps since the one before. */
  onReading: (step: number, latest: Score) => void;
  /** Where to go on. Default: the start. */
  from?: LoopPosition | undefined;
  /** Awaited wherever the loop can be left and gone on from later: after every reading, before and after `onStop`. */
  onPosition?: (position: LoopPosition) => Promise<void>;
  signal?: AbortSignal | undefined;
}

/** "finished", or "diverged" at the first reading with a loss that is not finite. */
export type LoopOutcome = { status: "finished" | "diverged"; step: number; seconds: number };

/** The training loop: steps in seeded order, with stops for evaluation and probes. `seconds` counts steps only. */
export async function trainingLoop(options: LoopOptions): Promise<LoopOutcome> {
  const { trainer, data, batches, order, steps, classes, factor, onReading, signal } = options;
  const { from = { step: 0, stopIsDue: false, seconds: 0 } } = options;
  const stops = new Set(options.stops);
  let { seconds } = from;
  let waiting: { logits: Tensor2D; labels: Uint16Array }[] = [];

  const read = async (): Promise<Score> => {
    const logits = tf.tidy(() => tf.concat(waiting.map((step) => step.logits)));
    const labels = waiting.flatMap((step) => [...step.labels]);
    tf.dispose(waiting.map((step) => step.logits));
    waiting = [];
    const latest = score(await logits.data(), labels, classes);
    logits.dispose();
    return latest;
  };
  const arrive = async (step: number, stopIsDue: boolean) => {
    if (stopIsDue) {
      await options.onPosition?.({ step, stopIsDue, seconds });
      await options.onStop(step);
    }
    await options.onPosition?.({ step, stopIsDue: false, seconds });
  };

  if (from.stopIsDue) await arrive(from.step, true);
  let started = performance.now();
  for (let step = from.step + 1; step <= steps; step++) {
    const seen = order.at(step - 1);
    const logits = trainer.step(batches.trainingBatch(data, seen), factor(step));
    waiting.push({ logits, labels: Uint16Array.from(seen.indices, (index) => data.labels[index]!) });
    if (waiting.length < stepsPerReading && !stops.has(step) && step < steps) continue;

    const latest = await read();
    seconds += (performance.now() - started) / 1000;
    onReading(step, latest);
    if (!Number.isFinite(latest.loss)) return { status: "diverged", step, seconds };
    await arrive(step, stops.has(step));
    await nextTurn();
    signal?.throwIfAborted();
    started = performance.now();
  }
  return { status: "finished", step: steps, seconds };
}
