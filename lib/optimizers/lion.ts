import type { Tensor1D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { moveAverage } from "./moving-average.js";
import { sign } from "./sign.js";
import type { GradientTransform } from "./transform.js";

export interface LionOptions {
  /** Weight of the moment in the step. Default 0.9 (the paper's; neither PyTorch nor tfjs has Lion). */
  beta1?: number;
  /** Decay of the moment. Default 0.99 (the paper's). */
  beta2?: number;
}

/**
 * Lion (Chen et al. 2023), algorithm 2 without its decay: the sign of beta1 * m + (1 - beta1) * g, then
 * m <- beta2 * m + (1 - beta2) * g.
 */
export function scaleByLion({ beta1 = 0.9, beta2 = 0.99 }: LionOptions = {}): GradientTransform {
  return {
    name: "scaleByLion",
    slots: ["firstMoment"],
    apply(updates, { firstMoment }) {
      const blend = tf.add(tf.mul(firstMoment!.read(), beta1), tf.mul(updates, 1 - beta1)) as Tensor1D;
      moveAverage(firstMoment!, updates, beta2);
      return sign(blend);
    },
    fuse: ({ update }, { firstMoment }) => ({
      stage: 2,
      update: { ...update, rule: { name: "lion", beta1, beta2, firstMoment: firstMoment! } },
    }),
  };
}
