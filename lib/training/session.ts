import type { Tensor2D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Dataset } from "../datasets/dataset.js";
import type { Engine } from "../engine/engine.js";
import { initialParameters, type Network } from "../models/index.js";
import type { Chain } from "../optimizers/index.js";
import { openRandom } from "../random.js";
import type { Augmentation } from "./augmentation.js";
import { BatchMaker } from "./batches.js";
import { evaluate } from "./evaluate.js";
import { type Score, score } from "./loss.js";
import { nextTurn } from "./next-turn.js";
import { BatchOrder } from "./order.js";
import { scheduleFactor } from "./schedule.js";
import { type Schedule, scheduleSchema } from "./schedule-config.js";
import { Trainer, type TrainerState } from "./trainer.js";

/** Steps whose logits wait on the device before they are read back together. */
const stepsPerReading = 25;

/** Where a session stands between two steps: all that it needs to go on from there with the same trainer. */
export interface Position {
  /** Steps done. */
  step: number;
  /** Whether the stop at this step is still to come. */
  stopIsDue: boolean;
  /** Spent in steps so far. */
  seconds: number;
}

/** "finished", or "diverged" at the first reading with a loss that is not finite. `seconds` counts steps only. */
export interface Outcome {
  status: "finished" | "diverged";
  step: number;
  seconds: number;
}

/** What happens while a session trains, in order. */
export type TrainingEvent =
  /** Losses were read back: the score of the steps since the reading before. */
  | { type: "reading"; step: number; score: Score }
  /** One of the steps asked for, with everything before it read. */
  | { type: "stop"; step: number }
  /** Training can be left here and gone on from later: after every reading, before and after every stop. */
  | { type: "position"; position: Position };

/** What goes along with a session: called, and waited for, at every event. */
export type Listener = (event: TrainingEvent) => void | Promise<void>;

export interface SessionOptions {
  engine: Engine;
  dataset: Omit<Dataset, "checksum">;
  network: Network;
  /** The optimizer. */
  chain: Chain;
  /** Decides initial weights, the order of the images and augmentation. */
  seed: number;
  /** Images of a step. */
  batchSize: number;
  /** Images of a pass in evaluation mode. Default: 250. */
  evaluationBatch?: number;
  /** Optimizer steps. */
  steps: number;
  /** Of the learning rate. Default: constant. */
  schedule?: Schedule;
  /** What training does to its images. Default: nothing. */
  augmentation?: Augmentation;
  /** Parameter vector to begin with. Default: drawn from the seed. */
  initial?: Float32Array;
  /** Running means, then variances, to begin with. Default: 0 and 1. */
  statistics?: Float32Array;
  /** Share of its initial norm at which every filter's weights are held. Default: they are free. */
  filterNorm?: number;
  /** Whether trainers keep which filters a gradient reached (see `Trainer.takeReached`). Default false. */
  tracksReach?: boolean;
}

export interface TrainOptions {
  /** Steps, ascending, at which there is a "stop": epoch ends, probes. */
  stops?: Iterable<number>;
  /** Where to go on. Default: the start. */
  from?: Position | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * One training from its first step to its last: a network on an engine with its optimizer, its images in seeded order and
 * its schedule. `train` is a stream of events; who watches decides what to do at them. Dispose it after use.
 */
export class Session {
  /** Of the whole network. Takes the steps, until `stepper` does. */
  readonly trainer: Trainer;
  /** What takes the steps: `trainer`, or one of a part of the network. */
  stepper: Trainer;
  readonly batches: BatchMaker;
  readonly network: Network;
  readonly dataset: Omit<Dataset, "checksum">;
  readonly steps: number;
  readonly stepsPerEpoch: number;
  private readonly order: BatchOrder;
  private readonly schedule: Schedule;

  constructor(private readonly options: SessionOptions) {
    const { dataset, network, seed, batchSize, steps, augmentation, schedule } = options;
    const { initial = initialParameters(network.layout, openRandom(seed, "init")) } = options;
    this.network = network;
    this.dataset = dataset;
    this.steps = steps;
    this.schedule = schedule ?? scheduleSchema.parse({});
    this.order = new BatchOrder({ count: dataset.train.count, batchSize, seed });
    this.stepsPerEpoch = this.order.stepsPerEpoch;
    this.batches = new BatchMaker(dataset, { ...(augmentation && { augmentation }), seed });
    this.trainer = new Trainer({ ...options, initial });
    this.stepper = this.trainer;
  }

  /**
   * Between two steps: lets a part of the network, in the state given, take the steps from now on. `trainer` stays where it
   * is, for evaluation, until it is brought to a state itself.
   */
  goOnWith(part: Network, state: TrainerState): void {
    const { parameters: initial } = state.variables;
    const trainer = new Trainer({ ...this.options, network: part, initial: initial!, stepsOnly: true });
    trainer.restore(state);
    this.goOnWhole();
    this.stepper = trainer;
  }

  /** Lets `trainer`, as it is, take the steps from now on. */
  goOnWhole(): void {
    if (this.stepper !== this.trainer) this.stepper.dispose();
    this.stepper = this.trainer;
  }

  /** What the learning rate is multiplied with at a step counted from 1. */
  factor(step: number): number {
    return scheduleFactor(this.schedule, step, this.steps);
  }

  /** Mini-batches of training images, the same whenever they are asked for, to take gradients over. */
  probeBatches(count: number): Uint32Array[] {
    const { seed, batchSize } = this.options;
    const order = new BatchOrder({ count: this.dataset.train.count, batchSize, seed, stream: "probe" });
    return Array.from({ length: count }, (_, k) => order.at(k).indices);
  }

  /** Loss and errors on the test images, in evaluation mode. */
  test(signal?: AbortSignal): Promise<Score> {
    return evaluate(this.trainer, this.batches, this.dataset.test, undefined, signal);
  }

  /** Trains, event by event: nothing goes on while one is looked at. Returns how it ended. */
  async *train({
    stops = [],
    from = { step: 0, stopIsDue: false, seconds: 0 },
    signal,
  }: TrainOptions = {}): AsyncGenerator<TrainingEvent, Outcome, undefined> {
    const { batches, order, steps } = this;
    const { train } = this.dataset;
    const stopsAt = new Set(stops);
    let { seconds } = from;
    let waiting: Step[] = [];

    if (from.stopIsDue) yield* this.arrive(from.step, { stops: true, seconds });
    let started = performance.now();
    for (let step = from.step + 1; step <= steps; step++) {
      const seen = order.at(step - 1);
      const logits = this.stepper.step(batches.trainingBatch(train, seen), this.factor(step));
      waiting.push({ logits, labels: Uint16Array.from(seen.indices, (index) => train.labels[index]!) });
      if (waiting.length < stepsPerReading && !stopsAt.has(step) && step < steps) continue;

      const latest = await scoreOf(waiting, this.dataset.classes.length);
      waiting = [];
      seconds += (performance.now() - started) / 1000;
      yield { type: "reading", step, score: latest };
      if (!Number.isFinite(latest.loss)) return { status: "diverged", step, seconds };
      yield* this.arrive(step, { stops: stopsAt.has(step), seconds });
      await nextTurn();
      signal?.throwIfAborted();
      started = performance.now();
    }
    return { status: "finished", step: steps, seconds };
  }

  dispose(): void {
    this.goOnWhole();
    this.trainer.dispose();
  }

  private *arrive(
    step: number,
    { stops, seconds }: { stops: boolean; seconds: number },
  ): Generator<TrainingEvent> {
    if (stops) {
      yield { type: "position", position: { step, stopIsDue: true, seconds } };
      yield { type: "stop", step };
    }
    yield { type: "position", position: { step, stopIsDue: false, seconds } };
  }
}

/** Trains a session to its end, with listeners called one after another at every event. */
export async function trainWith(
  session: Session,
  { listeners, ...options }: TrainOptions & { listeners: readonly Listener[] },
): Promise<Outcome> {
  const events = session.train(options);
  for (;;) {
    const { done, value } = await events.next();
    if (done) return value;
    for (const listener of listeners) await listener(value);
  }
}

interface Step {
  logits: Tensor2D;
  labels: Uint16Array;
}

/** Reads the logits of some steps back together, and disposes of them. */
async function scoreOf(steps: readonly Step[], classes: number): Promise<Score> {
  const logits = tf.tidy(() => tf.concat(steps.map((step) => step.logits)));
  const labels = steps.flatMap((step) => [...step.labels]);
  tf.dispose(steps.map((step) => step.logits));
  const result = score(await logits.data(), labels, classes);
  logits.dispose();
  return result;
}
