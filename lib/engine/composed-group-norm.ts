import type { Tensor, Tensor1D, Tensor3D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { rectify, rectifyGradient } from "./composed-activation.js";
import type { GroupNormForward, GroupNormOptions, NormalizationGradient } from "./ops.js";

/** [N, H, W, C] -> [N, pixels, C] */
const flat = (x: Tensor4D): Tensor3D => tf.reshape(x, [x.shape[0], -1, x.shape[3]]);

/** Sums over pixels, [N, pixels, C] -> [N, 1, C], as products with ones: faster than reductions. */
const pixelSums = (x: Tensor3D): Tensor3D => tf.matMul(tf.ones([x.shape[0], 1, x.shape[1]]), x) as Tensor3D;

/** Sums over the channels of each group, written to all of them: [N, 1, C] -> [N, 1, C]. */
function groupSums(x: Tensor3D, groups: number): Tensor3D {
  const [images, , channels] = x.shape;
  const sums = tf.sum(tf.reshape(x, [images, groups, channels / groups]), 2, true);
  return tf.reshape(tf.mul(sums, tf.ones([1, 1, channels / groups])), [images, 1, channels]);
}

/** Wu and He (2018), equations 1, 2 and 7: mean and variance of each image's groups of channels. */
export function composedGroupNorm(
  x: Tensor4D,
  gamma: Tensor1D,
  beta: Tensor1D,
  { epsilon, groups, slope }: GroupNormOptions,
): GroupNormForward {
  const [output, centered, inverse] = tf.tidy(() => {
    const count = x.size / (x.shape[0] * groups);
    const values = flat(x);
    const mean = tf.div(groupSums(pixelSums(values), groups), count);
    const deviations = tf.sub(values, mean) as Tensor3D;
    const variance = tf.div(groupSums(pixelSums(tf.square(deviations)), groups), count);
    const inverseDeviation = tf.rsqrt(tf.add(variance, epsilon));
    const linear = tf.add(tf.mul(deviations, tf.mul(inverseDeviation, gamma)), beta);
    return [rectify(tf.reshape(linear, x.shape), slope), deviations, inverseDeviation];
  }) as unknown as [Tensor4D, Tensor, Tensor];
  return { output, saved: [centered, inverse] };
}

/**
 * With g the gradient behind the nonlinearity, n the normalized values and <> the mean over a group of an image:
 * dx = (gamma * g - <gamma * g> - n * <gamma * g * n>) / deviation.
 */
export function composedGroupNormGradient(
  dy: Tensor4D,
  x: Tensor4D,
  gamma: Tensor1D,
  forward: GroupNormForward,
  { groups, slope }: GroupNormOptions,
): NormalizationGradient {
  const [centered, inverse] = forward.saved as [Tensor3D, Tensor3D];
  const [input, dGamma, dBeta] = tf.tidy(() => {
    const count = x.size / (x.shape[0] * groups);
    const open = flat(rectifyGradient(dy, forward.output, slope));
    const sums = pixelSums(open);
    const projections = tf.mul(pixelSums(tf.mul(open, centered)), inverse) as Tensor3D;
    const groupMean = (of: Tensor3D) => tf.div(groupSums(tf.mul(of, gamma), groups), count);
    const scale = tf.mul(inverse, gamma);
    const tilt = tf.mul(tf.square(inverse), groupMean(projections));
    const shift = tf.mul(inverse, groupMean(sums));
    const dx = tf.sub(tf.sub(tf.mul(open, scale), tf.mul(centered, tilt)), shift);
    return [tf.reshape(dx, x.shape), tf.sum(projections, [0, 1]), tf.sum(sums, [0, 1])];
  }) as unknown as [Tensor4D, Tensor1D, Tensor1D];
  return { input, gamma: dGamma, beta: dBeta };
}
