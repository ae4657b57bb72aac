import type { Tensor1D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Variable } from "../engine/variable.js";

/** Moves an exponential mean on by one value, mean <- decay * mean + (1 - decay) * value, and returns it. */
export function moveAverage(mean: Variable, value: Tensor1D, decay: number): Tensor1D {
  const next = tf.add(tf.mul(mean.read(), decay), tf.mul(value, 1 - decay)) as Tensor1D;
  mean.assign(next);
  return next;
}

/** updates / (sqrt(squares) + epsilon) */
export const overRoot = (updates: Tensor1D, squares: Tensor1D, epsilon: number): Tensor1D =>
  tf.div(updates, tf.add(tf.sqrt(squares), epsilon));
