import { type Dataset, firstOfEachClass } from "../datasets/index.js";
import type { Engine } from "../engine/engine.js";
import { evaluate } from "../training/evaluate.js";
import type { RunConfig } from "./config.js";
import { openSession, probedImages } from "./execute.js";
import { momentsOf } from "./moments.js";

/** What a run's time is made of. */
export interface Pace {
  /** Seconds of an optimizer step. */
  step: number;
  /** Seconds of a look at one image in evaluation mode. */
  image: number;
}

/** Steps before the clock starts: the first ones make programs. */
const warmUp = 2;
/** Steps that are timed at most, and seconds after which those done are enough. */
const most = { steps: 20, seconds: 1.5 };
/** Images that are looked at: of a real evaluation's batch. */
const lookedAt = 250;

export interface PaceOptions {
  engine: Engine;
  dataset: Dataset;
  seed: number;
}

/** Times a few steps of a run, from initial weights, and a look at some images. Nothing of it is kept. */
export async function measurePace(
  { start: _, ...config }: RunConfig,
  { engine, dataset, seed }: PaceOptions,
): Promise<Pace> {
  const steps = warmUp + most.steps;
  const session = openSession({ ...config, steps }, { engine, dataset, seed, parent: undefined });
  try {
    let began = 0;
    let step = 0;
    for await (const event of session.train({ stops: Array.from({ length: steps }, (_, k) => k + 1) })) {
      if (event.type !== "reading") continue;
      if (event.step <= warmUp) began = performance.now();
      else step = (performance.now() - began) / 1000 / (event.step - warmUp);
      if (step * (event.step - warmUp) > most.seconds) break;
    }
    const { trainer, batches } = session;
    const images = firstOfEachClass(dataset, lookedAt);
    await evaluate(trainer, batches, images);
    const from = performance.now();
    await evaluate(trainer, batches, images);
    return { step, image: (performance.now() - from) / 1000 / images.count };
  } finally {
    session.dispose();
  }
}

/** Seconds that a run takes at a pace: its steps, its tests, its probes, and the looks at all images that end it. */
export function secondsAt(
  { step, image }: Pace,
  { steps, batchSize }: Pick<RunConfig, "steps" | "batchSize">,
  { train, test }: { train: { count: number }; test: { count: number } },
): number {
  const { tested, probed } = momentsOf({
    steps,
    stepsPerEpoch: Math.max(1, Math.floor(train.count / batchSize)),
  });
  const tests = (tested.size + 1) * test.count;
  const probes = probed.size * Math.min(probedImages, train.count);
  // At the end filters are looked at, and copies are counted, on all training images.
  return steps * step + (tests + probes + 2 * train.count) * image;
}
