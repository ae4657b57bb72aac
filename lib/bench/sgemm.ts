import type { Tensor2D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Step } from "./protocol.js";

/** Rows of the square matrices whose product measures a machine: large enough to be bound by arithmetic. */
export const sgemmSize = 1024;

/** Billions of floating-point operations a second, a multiply-accumulate counted as two. */
export const gigaflops = (macs: number, milliseconds: number): number => (2 * macs) / (1e6 * milliseconds);

/** A single-precision product of two square matrices on the open backend; one value is read, to wait for it. */
export function squareProduct(size: number): Step {
  const [a, b] = [1, 2].map((seed) => tf.keep(tf.randomUniform([size, size], -1, 1, "float32", seed)));
  return async () => {
    const corner = tf.tidy(() => tf.slice(tf.matMul(a as Tensor2D, b as Tensor2D), [0, 0], [1, 1]));
    const [value] = await corner.data();
    corner.dispose();
    return value!;
  };
}
