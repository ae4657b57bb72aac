import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Engine } from "../engine/engine.js";
import type { TrainedModel } from "../pruning/model.js";
import { Predictor } from "../pruning/predictor.js";
import { median } from "../statistics.js";
import type { Turns } from "./latency.js";

export interface TurnOptions {
  /** Images at once. */
  batch: number;
  /** Spent on each model, warm-up aside. */
  seconds: number;
}

const turnCount = 20;
const leastWarmUp = { calls: 5, milliseconds: 300 };

/** Times models that take turns, each warmed up, so that a machine whose speed drifts drifts for all of them. */
export async function takeLatencyTurns(
  engine: Engine,
  models: readonly TrainedModel[],
  { batch, seconds }: TurnOptions,
): Promise<Turns[]> {
  const images = tf.randomNormal([batch, ...models[0]!.network.input], 0, 1, "float32", 1) as Tensor4D;
  const predictors = models.map((model) => new Predictor(engine, model, [batch]));
  const call = async (predictor: Predictor): Promise<number> => {
    const start = performance.now();
    const logits = predictor.predict(images);
    await logits.data();
    const elapsed = performance.now() - start;
    logits.dispose();
    return elapsed;
  };
  const callsPerTurn: number[] = [];
  for (const predictor of predictors) {
    const times: number[] = [];
    const start = performance.now();
    while (times.length < leastWarmUp.calls || performance.now() - start < leastWarmUp.milliseconds)
      times.push(await call(predictor));
    const warm = median(times.slice(Math.floor(times.length / 2)));
    callsPerTurn.push(Math.max(1, Math.round((1000 * seconds) / turnCount / warm)));
  }
  const all: Turns[] = models.map(() => []);
  for (let turn = 0; turn < turnCount; turn++) {
    for (const [index, predictor] of predictors.entries()) {
      const times: number[] = [];
      for (let count = 0; count < callsPerTurn[index]!; count++) times.push(await call(predictor));
      all[index]!.push(times);
    }
  }
  for (const predictor of predictors) predictor.dispose();
  images.dispose();
  return all;
}
