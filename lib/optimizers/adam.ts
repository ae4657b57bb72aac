import type { Tensor1D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Rate } from "../engine/ops.js";
import { moveAverage, overRoot } from "./moving-average.js";
import type { GradientTransform } from "./transform.js";

export interface AdamOptions {
  /** Decay of the mean of gradients. Default 0.9 (also tfjs' and PyTorch's). */
  beta1?: number;
  /** Decay of the mean of squared gradients. Default 0.999 (also tfjs' and PyTorch's). */
  beta2?: number;
  /** Added to the root. Default 1e-8 (PyTorch's; tfjs' is 1e-7). */
  epsilon?: number;
}

/** Kingma and Ba (2015), algorithm 1: the bias-corrected first moment over the root of the second. */
export const scaleByAdam = (options: AdamOptions = {}): GradientTransform =>
  scaleByMoments("scaleByAdam", options);

/**
 * AMSGrad (Reddi, Kale and Kumar 2018) in PyTorch's form: Adam over the largest second moment so far, the moments
 * bias-corrected after the maximum is taken. tfjs has none.
 */
export const scaleByAmsgrad = (options: AdamOptions = {}): GradientTransform =>
  scaleByMoments("scaleByAmsgrad", options);

function scaleByMoments(
  name: "scaleByAdam" | "scaleByAmsgrad",
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions,
): GradientTransform {
  const slots = ["firstMoment", "secondMoment"];
  return {
    name,
    slots: name === "scaleByAmsgrad" ? [...slots, "largestMoment"] : slots,
    rates: (step) => [1 - beta1 ** step, 1 - beta2 ** step],
    apply(updates, { firstMoment, secondMoment, largestMoment }, { rates }) {
      const [firstCorrection, secondCorrection] = rates;
      const first = moveAverage(firstMoment!, updates, beta1);
      let second = moveAverage(secondMoment!, tf.square(updates), beta2);
      if (largestMoment) {
        second = tf.maximum(largestMoment.read(), second);
        largestMoment.assign(second);
      }
      return overRoot(tf.div(first, firstCorrection!), tf.div(second, secondCorrection!), epsilon);
    },
    fuse({ update }, { firstMoment, secondMoment, largestMoment }, [firstCorrection, secondCorrection]) {
      const rule = {
        beta1,
        beta2,
        epsilon,
        corrections: [firstCorrection!, secondCorrection!] as [Rate, Rate],
        firstMoment: firstMoment!,
        secondMoment: secondMoment!,
        ...(largestMoment ? { name: "amsgrad" as const, largestMoment } : { name: "adam" as const }),
      };
      return { stage: 2, update: { ...update, rule } };
    },
  };
}

/**
 * Adamax (Kingma and Ba 2015, section 7.1) in PyTorch's form: the bias-corrected first moment over the largest
 * gradient of late, u <- max(beta2 * u, |g| + epsilon).
 *
 * Defaults as Adam's (also PyTorch's, whose learning rate is 2e-3 here; tfjs adds its epsilon, 1e-7, to the maximum).
 */
export function scaleByAdamax({
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
}: AdamOptions = {}): GradientTransform {
  return {
    name: "scaleByAdamax",
    slots: ["firstMoment", "largestGradient"],
    rates: (step) => [1 - beta1 ** step],
    apply(updates, { firstMoment, largestGradient }, { rates: [correction] }) {
      const first = moveAverage(firstMoment!, updates, beta1);
      const size = tf.add(tf.abs(updates), epsilon);
      const largest = tf.maximum(tf.mul(largestGradient!.read(), beta2), size) as Tensor1D;
      largestGradient!.assign(largest);
      return tf.div(tf.div(first, correction!), largest) as Tensor1D;
    },
    fuse: ({ update }, { firstMoment, largestGradient }, [correction]) => ({
      stage: 2,
      update: {
        ...update,
        rule: {
          name: "adamax",
          beta1,
          beta2,
          epsilon,
          correction: correction!,
          firstMoment: firstMoment!,
          largestGradient: largestGradient!,
        },
      },
    }),
  };
}

export interface NadamOptions extends AdamOptions {
  /** How slowly the momentum warms up. Default 4e-3 (PyTorch's; tfjs has no NAdam). */
  momentumDecay?: number;
}

/**
 * NAdam (Dozat 2016) in PyTorch's form: Adam with Nesterov's look ahead, its momentum warmed up,
 * mu(t) = beta1 * (1 - 0.96 ^ (t * momentumDecay) / 2).
 */
export function scaleByNadam({
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
  momentumDecay = 4e-3,
}: NadamOptions = {}): GradientTransform {
  const momentumAt = (step: number) => beta1 * (1 - 0.5 * 0.96 ** (step * momentumDecay));
  /** mu(1) * ... * mu(step); grows with the steps asked for. */
  const products = [1];
  const productAt = (step: number) => {
    for (let next = products.length; next <= step; next++)
      products[next] = products[next - 1]! * momentumAt(next);
    return products[step]!;
  };
  return {
    name: "scaleByNadam",
    slots: ["firstMoment", "secondMoment"],
    rates: (step) => [
      (1 - momentumAt(step)) / (1 - productAt(step)),
      momentumAt(step + 1) / (1 - productAt(step + 1)),
      1 - beta2 ** step,
    ],
    apply(updates, { firstMoment, secondMoment }, { rates: [gradientShare, momentShare, correction] }) {
      const first = moveAverage(firstMoment!, updates, beta1);
      const second = moveAverage(secondMoment!, tf.square(updates), beta2);
      const ahead = tf.add(tf.mul(updates, gradientShare!), tf.mul(first, momentShare!)) as Tensor1D;
      return overRoot(ahead, tf.div(second, correction!), epsilon);
    },
    fuse: ({ update }, { firstMoment, secondMoment }, [gradientShare, momentShare, correction]) => ({
      stage: 2,
      update: {
        ...update,
        rule: {
          name: "nadam",
          beta1,
          beta2,
          epsilon,
          shares: [gradientShare!, momentShare!],
          correction: correction!,
          firstMoment: firstMoment!,
          secondMoment: secondMoment!,
        },
      },
    }),
  };
}
