import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Shape4D } from "./ops.js";

/**
 * The gradient of a strided convolution's output as that of the same convolution with stride 1, of which the strided one takes
 * every so many outputs: zero where no output was taken. Both with padding "SAME" as TensorFlow defines it.
 * @param dy [images, ceil(height / stride), ceil(width / stride), filters]
 * @returns [images, height, width, filters]
 */
export function unstridedGradient(
  dy: Tensor4D,
  [tapsDown, tapsAcross]: Shape4D,
  [, height, width]: Shape4D,
  stride: number,
): Tensor4D {
  const spread = (x: Tensor4D, axis: 1 | 2, length: number, taps: number): Tensor4D => {
    const taken = x.shape[axis];
    const padding = Math.max(0, (taken - 1) * stride + taps - length);
    const first = Math.floor((taps - 1) / 2) - Math.floor(padding / 2);
    const from = Int32Array.from({ length }, (_, index) => {
      const output = (index - first) / stride;
      return Number.isInteger(output) && output >= 0 && output < taken ? output : taken;
    });
    const zero = tf.zeros(x.shape.map((size, dimension) => (dimension === axis ? 1 : size)));
    return tf.gather(tf.concat([x, zero], axis), tf.tensor1d(from, "int32"), axis) as Tensor4D;
  };
  return tf.tidy(() => spread(spread(dy, 1, height, tapsDown), 2, width, tapsAcross));
}
