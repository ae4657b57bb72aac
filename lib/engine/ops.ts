import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import type { Activation } from "./activation.js";
import type { Rate } from "./rate.js";
import type { BoundRule } from "./rule.js";
import type { Variable } from "./variable.js";

/** Side lengths [batch, height, width, channels]. */
export type Shape4D = [number, number, number, number];

/**
 * A nonlinearity that is linear on either side of zero, applied last: max(y, slope * y). Slope 0 is ReLU, one between
 * 0 and 1 leaky ReLU, 1 none. Its gradient at 0 is the slope, as in PyTorch and TensorFlow.
 */
export interface Rectified {
  slope: number;
}

/** Result of batch normalization and nonlinearity in training mode. */
export interface BatchNormForward {
  /** gamma * normalized + beta after the nonlinearity, [N, H, W, C]. */
  output: Tensor4D;
  /** Mean of the batch, [C]. */
  mean: Tensor1D;
  /** Variance of the batch with Bessel's correction (divided by count - 1), [C]: what running statistics track. */
  variance: Tensor1D;
  /** What the engine keeps for its own gradient. */
  saved: readonly (Tensor1D | Tensor4D)[];
}

/** Gradients of a normalization. */
export interface NormalizationGradient {
  /** [N, H, W, C] */
  input: Tensor4D;
  /** [C] */
  gamma: Tensor1D;
  /** [C] */
  beta: Tensor1D;
}

export interface BatchNormOptions extends Rectified {
  /** Added to the variance. */
  epsilon: number;
}

export interface GroupNormOptions extends Rectified {
  /** Added to the variance. */
  epsilon: number;
  /** Groups into which an image's channels are split; divides their number. 1 is layer normalization. */
  groups: number;
}

/** Result of group normalization and nonlinearity. */
export interface GroupNormForward {
  /** [N, H, W, C] */
  output: Tensor4D;
  /** What the engine keeps for its own gradient. */
  saved: readonly Tensor[];
}

/** One optimizer step as a fused kernel takes it. */
export interface FusedUpdate {
  /** Added to the gradient: l2 * theta. 0: never. */
  l2: Rate;
  /** After the step theta is multiplied by (1 - decay), for each parameter its own or one for all; undefined: not. */
  decay: Rate | Tensor1D | undefined;
  /** Schedule included. */
  learningRate: Rate;
  rule: BoundRule;
}

/**
 * The kernels that training needs and that tfjs backends lack or do slowly. Images are NHWC float32, filters
 * [height, width, input channels, output channels], convolutions have no bias and pad "same", pooling is 2x2 with
 * stride 2 and drops an odd last row or column. `composed.ts` is the plain reading of each.
 */
export interface Ops {
  conv2d(x: Tensor4D, filter: Tensor4D, stride: number): Tensor4D;
  /** Gradient with respect to the input, given that of the output. */
  conv2dInputGradient(dy: Tensor4D, filter: Tensor4D, inputShape: Shape4D, stride: number): Tensor4D;
  /** Gradient with respect to the filter, given that of the output. */
  conv2dFilterGradient(x: Tensor4D, dy: Tensor4D, filterShape: Shape4D, stride: number): Tensor4D;
  /** Batch normalization over N, H and W with the batch's own statistics, then the nonlinearity. */
  batchNorm(x: Tensor4D, gamma: Tensor1D, beta: Tensor1D, options: BatchNormOptions): BatchNormForward;
  batchNormGradient(
    dy: Tensor4D,
    x: Tensor4D,
    gamma: Tensor1D,
    forward: BatchNormForward,
    options: BatchNormOptions,
  ): NormalizationGradient;
  /** The same with given (running) statistics. */
  batchNormInference(
    x: Tensor4D,
    gamma: Tensor1D,
    beta: Tensor1D,
    mean: Tensor1D,
    variance: Tensor1D,
    options: BatchNormOptions,
  ): Tensor4D;
  /**
   * Normalization of each image over its pixels and the channels of a group, then gamma and beta per channel and the
   * nonlinearity; the same in training and evaluation.
   */
  groupNorm(x: Tensor4D, gamma: Tensor1D, beta: Tensor1D, options: GroupNormOptions): GroupNormForward;
  groupNormGradient(
    dy: Tensor4D,
    x: Tensor4D,
    gamma: Tensor1D,
    forward: GroupNormForward,
    options: GroupNormOptions,
  ): NormalizationGradient;
  /** x + bias, then the nonlinearity; bias [C]. */
  addBias(x: Tensor4D, bias: Tensor1D, rectified: Rectified): Tensor4D;
  /** Given the output y of `addBias`. */
  addBiasGradient(dy: Tensor4D, y: Tensor4D, rectified: Rectified): { input: Tensor4D; bias: Tensor1D };
  /** Any nonlinearity alone. */
  activate(x: Tensor4D, activation: Activation): Tensor4D;
  /** Given input x and output y of `activate`. */
  activationGradient(dy: Tensor4D, x: Tensor4D, y: Tensor4D, activation: Activation): Tensor4D;
  maxPool(x: Tensor4D): Tensor4D;
  maxPoolGradient(dy: Tensor4D, x: Tensor4D, y: Tensor4D): Tensor4D;
  /**
   * Gradient of the mean cross-entropy with respect to the logits [N, K]: (softmax - one-hot) / N.
   * `labels` are class indices, [N] int32.
   */
  softmaxCrossEntropyGradient(logits: Tensor2D, labels: Tensor1D): Tensor2D;
  /** A tensor that optimizers change in place. */
  variable(initial: Tensor1D): Variable;
  /** Whether `fusedUpdate` can do a rule. */
  fuses?(rule: BoundRule): boolean;
  /** One optimizer step on the whole parameter vector, where the engine has it in one kernel. */
  fusedUpdate?(parameters: Variable, gradient: Tensor1D, update: FusedUpdate): void;
}
