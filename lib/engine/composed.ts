import type { Tensor1D, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import {
  composedActivate,
  composedActivationGradient,
  rectify,
  rectifyGradient,
} from "./composed-activation.js";
import { composedGroupNorm, composedGroupNormGradient } from "./composed-group-norm.js";
import type { BatchNormForward, BatchNormOptions, NormalizationGradient, Ops, Shape4D } from "./ops.js";
import { heldVariable } from "./variable.js";

/**
 * Every kernel composed of tfjs' own operations: right on any backend, fast on none. Engines replace what they
 * do better, and tests hold each engine against this.
 */
export const composedOps: Ops = {
  conv2d: (x, filter, stride) => tf.conv2d(x, filter, stride, "same"),
  conv2dInputGradient: (dy, filter, inputShape, stride) =>
    tf.engine().runKernel("Conv2DBackpropInput", { dy, filter }, convolution(inputShape, stride)) as Tensor4D,
  conv2dFilterGradient: (x, dy, filterShape, stride) =>
    tf
      .engine()
      .runKernel(
        "Conv2DBackpropFilter",
        { x, dy },
        { strides: stride, pad: "same", dataFormat: "NHWC", filterShape },
      ) as Tensor4D,
  batchNorm: composedBatchNorm,
  batchNormGradient: composedBatchNormGradient,
  batchNormInference: (x, gamma, beta, mean, variance, { epsilon, slope }) =>
    tf.tidy(() => rectify(tf.batchNorm(x, mean, variance, beta, gamma, epsilon) as Tensor4D, slope)),
  groupNorm: composedGroupNorm,
  groupNormGradient: composedGroupNormGradient,
  addBias: (x, bias, { slope }) => tf.tidy(() => rectify(tf.add(x, bias) as Tensor4D, slope)),
  addBiasGradient(dy, y, { slope }) {
    const input = rectifyGradient(dy, y, slope);
    return { input, bias: channelSums(input) };
  },
  activate: composedActivate,
  activationGradient: composedActivationGradient,
  maxPool: (x) => tf.maxPool(x, 2, 2, "valid"),
  maxPoolGradient: (dy, x, y) =>
    tf
      .engine()
      .runKernel(
        "MaxPoolGrad",
        { dy, input: x, output: y },
        { filterSize: 2, strides: 2, pad: "valid" },
      ) as Tensor4D,
  softmaxCrossEntropyGradient: (logits, labels) =>
    tf.tidy(() => {
      const [count, classes] = logits.shape as [number, number];
      // Not oneHot(..., "float32"): the wasm backend gives zeros for that type.
      const target = tf.cast(tf.oneHot(labels, classes), "float32");
      return tf.div(tf.sub(tf.softmax(logits), target), count) as Tensor2D;
    }),
  variable: heldVariable,
};

const convolution = (inputShape: Shape4D, stride: number) => ({
  strides: stride,
  pad: "same",
  dataFormat: "NHWC",
  inputShape,
});

/** Sum over all axes but the last, as a product with ones: backends do matrix products faster than reductions. */
export function channelSums(x: Tensor4D): Tensor1D {
  return tf.tidy(() => {
    const channels = x.shape[3];
    const rows = x.size / channels;
    return tf.reshape(tf.matMul(tf.ones([1, rows]), tf.reshape(x, [rows, channels])), [channels]);
  });
}

function composedBatchNorm(
  x: Tensor4D,
  gamma: Tensor1D,
  beta: Tensor1D,
  { epsilon, slope }: BatchNormOptions,
): BatchNormForward {
  const count = x.size / x.shape[3];
  const [output, mean, variance, normalized, inverse] = tf.tidy(() => {
    const batchMean = tf.div(channelSums(x), count) as Tensor1D;
    const centered = tf.sub(x, batchMean) as Tensor4D;
    const squares = channelSums(tf.square(centered));
    const inverseDeviation = tf.rsqrt(tf.add(tf.div(squares, count), epsilon)) as Tensor1D;
    const unit = tf.mul(centered, inverseDeviation) as Tensor4D;
    const activated = rectify(tf.add(tf.mul(unit, gamma), beta) as Tensor4D, slope);
    const unbiased = tf.div(squares, Math.max(count - 1, 1)) as Tensor1D;
    return [activated, batchMean, unbiased, unit, inverseDeviation] as const;
  }) as unknown as [Tensor4D, Tensor1D, Tensor1D, Tensor4D, Tensor1D];
  return { output, mean, variance, saved: [normalized, inverse] };
}

/** Ioffe and Szegedy (2015), section 3, with the nonlinearity's gradient first. */
function composedBatchNormGradient(
  dy: Tensor4D,
  _x: Tensor4D,
  gamma: Tensor1D,
  forward: BatchNormForward,
  { slope }: BatchNormOptions,
): NormalizationGradient {
  const [normalized, inverse] = forward.saved as [Tensor4D, Tensor1D];
  const [input, dGamma, dBeta] = tf.tidy(() => {
    const count = dy.size / dy.shape[3];
    const open = rectifyGradient(dy, forward.output, slope);
    const betaSum = channelSums(open);
    const gammaSum = channelSums(tf.mul(open, normalized));
    const centered = tf.sub(open, tf.div(betaSum, count));
    const projected = tf.sub(centered, tf.mul(normalized, tf.div(gammaSum, count)));
    return [tf.mul(projected, tf.mul(gamma, inverse)), gammaSum, betaSum];
  }) as unknown as [Tensor4D, Tensor1D, Tensor1D];
  return { input, gamma: dGamma, beta: dBeta };
}
