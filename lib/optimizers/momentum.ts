import type { Tensor1D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { GradientTransform } from "./transform.js";

export interface MomentumOptions {
  /** Share of the velocity that is kept. PyTorch's default is 0 (none); tfjs has it to be given. */
  momentum: number;
  /** Look ahead (Nesterov 1983): g + momentum * v instead of v. Default false (also PyTorch's and tfjs'). */
  nesterov?: boolean;
}

/** Heavy-ball momentum, v <- momentum * v + g (Polyak 1964), in PyTorch's form without dampening. */
export function trace({ momentum, nesterov = false }: MomentumOptions): GradientTransform {
  return {
    name: "trace",
    slots: ["velocity"],
    apply(updates, { velocity }) {
      const next = tf.add(tf.mul(velocity!.read(), momentum), updates) as Tensor1D;
      velocity!.assign(next);
      return nesterov ? (tf.add(updates, tf.mul(next, momentum)) as Tensor1D) : next;
    },
    fuse: ({ update }, { velocity }) => ({
      stage: 2,
      update: {
        ...update,
        rule: { name: nesterov ? "nesterov" : "momentum", momentum, velocity: velocity! },
      },
    }),
  };
}

/** Turns a direction into a step: -rate * schedule factor * updates. */
export function scaleByLearningRate(rate: number): GradientTransform {
  return {
    name: "scaleByLearningRate",
    rates: (_step, scheduleFactor) => [rate * scheduleFactor],
    apply: (updates, _vectors, { rates: [scaled] }) => tf.mul(updates, tf.neg(scaled!)) as Tensor1D,
    fuse: ({ update }, _vectors, [scaled]) => ({ stage: 3, update: { ...update, learningRate: scaled! } }),
  };
}
