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
