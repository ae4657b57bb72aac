import type { Tensor1D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { GradientTransform } from "./transform.js";

/**
 * L2 regularization: g + lambda * theta, as a part of the gradient. `lambda` multiplies theta itself (PyTorch's
 * `weight_decay`), not 2 * theta (the `l2` of tfjs layers). Stands first in a chain.
 */
export function addDecayedWeights(lambda: number): GradientTransform {
  return {
    name: "addDecayedWeights",
    slots: [],
    apply: (updates, _slots, { parameters }) => tf.add(updates, tf.mul(parameters, lambda)) as Tensor1D,
    fuse: ({ update }) => ({ stage: 1, update: { ...update, l2: lambda } }),
  };
}

/**
 * Heavy-ball momentum, v <- momentum * v + g (Polyak 1964, in PyTorch's form without dampening).
 */
export function trace({ momentum }: { momentum: number }): GradientTransform {
  return {
    name: "trace",
    slots: ["velocity"],
    apply(updates, { velocity }) {
      velocity!.assign(tf.add(tf.mul(velocity!.read(), momentum), updates) as Tensor1D);
      return velocity!.read();
    },
    fuse: ({ update }, { velocity }) => ({
      stage: 2,
      update: { ...update, rule: { name: "momentum", momentum, velocity: velocity! } },
    }),
  };
}

export interface AdamOptions {
  /** Decay of the mean of gradients. Default 0.9 (also tfjs' and PyTorch's). */
  beta1?: number;
  /** Decay of the mean of squared gradients. Default 0.999 (also tfjs' and PyTorch's). */
  beta2?: number;
  /** Added to the root. Default 1e-8 (PyTorch's; tfjs' is 1e-7). */
  epsilon?: number;
}

/** Kingma and Ba (2015), algorithm 1: the bias-corrected first moment over the root of the second. */
export function scaleByAdam({
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
}: AdamOptions = {}): GradientTransform {
  return {
    name: "scaleByAdam",
    slots: ["firstMoment", "secondMoment"],
    rates: (step) => [1 - beta1 ** step, 1 - beta2 ** step],
    apply(updates, { firstMoment, secondMoment }, { rates: [firstCorrection, secondCorrection] }) {
      const first = tf.add(tf.mul(firstMoment!.read(), beta1), tf.mul(updates, 1 - beta1)) as Tensor1D;
      const squares = tf.mul(tf.square(updates), 1 - beta2);
      const second = tf.add(tf.mul(secondMoment!.read(), beta2), squares) as Tensor1D;
      firstMoment!.assign(first);
      secondMoment!.assign(second);
      const root = tf.add(tf.sqrt(tf.div(second, secondCorrection!)), epsilon);
      return tf.div(tf.div(first, firstCorrection!), root) as Tensor1D;
    },
    fuse: ({ update }, { firstMoment, secondMoment }, [firstCorrection, secondCorrection]) => ({
      stage: 2,
      update: {
        ...update,
        rule: {
          name: "adam",
          beta1,
          beta2,
          epsilon,
          corrections: [firstCorrection!, secondCorrection!],
          firstMoment: firstMoment!,
          secondMoment: secondMoment!,
        },
      },
    }),
  };
}

/**
 * AMSGrad (Reddi, Kale and Kumar 2018) in PyTorch's form: Adam over the largest second moment so far, the moments
 * bias-corrected after the maximum is taken.
 */
export function scaleByAmsgrad({
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
}: AdamOptions = {}): GradientTransform {
  return {
    name: "scaleByAmsgrad",
    slots: ["firstMoment", "secondMoment", "largestMoment"],
    rates: (step) => [1 - beta1 ** step, 1 - beta2 ** step],
    apply(updates, slots, { rates: [firstCorrection, secondCorrection] }) {
      const { firstMoment, secondMoment, largestMoment } = slots;
      const first = tf.add(tf.mul(firstMoment!.read(), beta1), tf.mul(updates, 1 - beta1)) as Tensor1D;
      const squares = tf.mul(tf.square(updates), 1 - beta2);
      const second = tf.add(tf.mul(secondMoment!.read(), beta2), squares) as Tensor1D;
      const largest = tf.maximum(largestMoment!.read(), second) as Tensor1D;
      firstMoment!.assign(first);
      secondMoment!.assign(second);
      largestMoment!.assign(largest);
      const root = tf.add(tf.sqrt(tf.div(largest, secondCorrection!)), epsilon);
      return tf.div(tf.div(first, firstCorrection!), root) as Tensor1D;
    },
  };
}

export interface RmsOptions {
  /** Decay of the mean of squared gradients. Default 0.99 (PyTorch's `alpha`; tfjs' `decay` is 0.9). */
  decay?: number;
  /** Added to the root. Default 1e-8 (PyTorch's; tfjs' is 1e-7, inside the root). */
  epsilon?: number;
}

/** RMSProp (Tieleman and Hinton 2012): the gradient over the root of a running mean of its square. */
export function scaleByRms({ decay = 0.99, epsilon = 1e-8 }: RmsOptions = {}): GradientTransform {
  return {
    name: "scaleByRms",
    slots: ["meanSquare"],
    apply(updates, { meanSquare }) {
      const squares = tf.mul(tf.square(updates), 1 - decay);
      const mean = tf.add(tf.mul(meanSquare!.read(), decay), squares) as Tensor1D;
      meanSquare!.assign(mean);
      return tf.div(updates, tf.add(tf.sqrt(mean), epsilon)) as Tensor1D;
    },
  };
}

/**
 * AdaGrad (Duchi, Hazan and Singer 2011): the gradient over the root of the sum of all its squares.
 *
 * @param epsilon added to the root; default 1e-10 (PyTorch's; tfjs has 1e-7 and starts the sum at 0.1, not 0)
 */
export function scaleByRootSumOfSquares({ epsilon = 1e-10 }: { epsilon?: number } = {}): GradientTransform {
  return {
    name: "scaleByRootSumOfSquares",
    slots: ["sumOfSquares"],
    apply(updates, { sumOfSquares }) {
      const sum = tf.add(sumOfSquares!.read(), tf.square(updates)) as Tensor1D;
      sumOfSquares!.assign(sum);
      return tf.div(updates, tf.add(tf.sqrt(sum), epsilon)) as Tensor1D;
    },
  };
}

/** Turns a direction into a step: -rate * schedule factor * updates. */
export function scaleByLearningRate(rate: number): GradientTransform {
  return {
    name: "scaleByLearningRate",
    slots: [],
    rates: (_step, scheduleFactor) => [rate * scheduleFactor],
    apply: (updates, _slots, { rates: [scaled] }) => tf.neg(tf.mul(updates, scaled!)) as Tensor1D,
    fuse: ({ update }, _slots, [scaled]) => ({ stage: 3, update: { ...update, learningRate: scaled! } }),
  };
}

/**
 * Decoupled weight decay (Loshchilov and Hutter 2019): after the step theta is multiplied by
 * (1 - lambda * schedule factor). Stands last in a chain. `lambda` is per step and not multiplied by the learning
 * rate (PyTorch's AdamW multiplies its `weight_decay` by the learning rate).
 */
export function decayWeights(lambda: number): GradientTransform {
  return {
    name: "decayWeights",
    slots: [],
    rates: (_step, scheduleFactor) => [lambda * scheduleFactor],
    apply: (updates, _slots, { parameters, rates: [share] }) =>
      tf.sub(tf.mul(updates, tf.sub(1, share!)), tf.mul(parameters, share!)) as Tensor1D,
    fuse: ({ update }, _slots, [share]) => ({ stage: 4, update: { ...update, decay: share! } }),
  };
}
