import type { Tensor1D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { GradientTransform } from "./transform.js";

/** Turns a direction into a step: -rate * schedule factor * updates. */
export function scaleByLearningRate(rate: number): GradientTransform {
  return {
    name: "scaleByLearningRate",
    rates: (_step, scheduleFactor) => [rate * scheduleFactor],
    apply: (updates, _vectors, { rates: [scaled] }) => tf.mul(updates, tf.neg(scaled!)) as Tensor1D,
    fuse: ({ update }, _vectors, [scaled]) => ({ stage: 3, update: { ...update, learningRate: scaled! } }),
  };
}
