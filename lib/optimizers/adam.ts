import { z } from "zod";
import {
  add,
  divide,
  type Formula,
  maximum,
  multiply,
  number,
  square,
  squareRoot,
  vector,
} from "../engine/formula.js";
import type { RuleStep } from "../engine/rule.js";
import { decayRate, epsilon, learningRate, optimizerKind } from "./kind.js";
import { average, type Rule } from "./rule.js";

export const adamConstants = z.strictObject({
  /** Decay of the mean of gradients. Default 0.9 (also tfjs' and PyTorch's). */
  beta1: decayRate.default(0.9),
  /** Decay of the mean of squared gradients. Default 0.999 (also tfjs' and PyTorch's). */
  beta2: decayRate.default(0.999),
  /** Added to the root. Default 1e-8 (PyTorch's; tfjs' is 1e-7). */
  epsilon: epsilon.default(1e-8),
});
export type AdamOptions = z.input<typeof adamConstants>;

/** Kingma and Ba (2015), algorithm 1: the bias-corrected first moment over the root of the second. */
export function adamRule(options: AdamOptions = {}): Rule {
  const { beta1, beta2, epsilon } = adamConstants.parse(options);
  return {
    link: "scaleByAdam",
    name: "adam",
    constants: { beta1, beta2, epsilon },
    slots: ["firstMoment", "secondMoment"],
    rates: {
      firstCorrection: (step) => 1 - beta1 ** step,
      secondCorrection: (step) => 1 - beta2 ** step,
    },
    apply: (gradient) => adamStep(gradient, gradient, { beta1, beta2, epsilon }),
  };
}

/** Adam's step where its moments are means of two gradients. */
function adamStep(
  first: Formula,
  second: Formula,
  { beta1, beta2, epsilon }: z.output<typeof adamConstants>,
): RuleStep {
  const firstMoment = average(vector("firstMoment"), first, beta1);
  const secondMoment = average(vector("secondMoment"), square(second), beta2);
  const root = squareRoot(divide(secondMoment, number("secondCorrection")));
  const step = divide(divide(firstMoment, number("firstCorrection")), add(root, epsilon));
  return { step, next: { firstMoment, secondMoment } };
}

export interface AdamSplitOptions extends AdamOptions {
  /** The moment that the penalty enters. */
  into: "first" | "second";
  /** Of the penalty at a step counted from 1: what multiplies theta. */
  strength(step: number): number;
}

/**
 * Adam with the gradient of an L2 penalty, strength * theta, in one of its moments only; the other is of the objective's
 * gradient alone. In both it is ordinary L2. "first": the penalty pulls, and the step is divided as without one. "second":
 * nothing pulls, and steps are shorter where parameters are large.
 */
export function adamSplitRule({ into, strength, ...options }: AdamSplitOptions): Rule {
  const constants = adamConstants.parse(options);
  const { rates, ...adam } = adamRule(constants);
  return {
    ...adam,
    ...{ link: "scaleByAdamSplit", name: `adam, penalty in the ${into} moment` },
    rates: { ...rates, strength },
    apply(gradient) {
      const penalized = add(gradient, multiply(number("strength"), vector("theta")));
      return into === "first"
        ? adamStep(penalized, gradient, constants)
        : adamStep(gradient, penalized, constants);
    },
  };
}

/**
 * AMSGrad (Reddi, Kale and Kumar 2018) in PyTorch's form: Adam over the largest second moment so far, the moments
 * bias-corrected after the maximum is taken. tfjs has none.
 */
export function amsgradRule(options: AdamOptions = {}): Rule {
  const { beta1, beta2, epsilon } = adamConstants.parse(options);
  return {
    ...adamRule(options),
    ...{ link: "scaleByAmsgrad", name: "amsgrad", slots: ["firstMoment", "secondMoment", "largestMoment"] },
    apply(gradient) {
      const firstMoment = average(vector("firstMoment"), gradient, beta1);
      const secondMoment = average(vector("secondMoment"), square(gradient), beta2);
      const largestMoment = maximum(vector("largestMoment"), secondMoment);
      const root = squareRoot(divide(largestMoment, number("secondCorrection")));
      const step = divide(divide(firstMoment, number("firstCorrection")), add(root, epsilon));
      return { step, next: { firstMoment, secondMoment, largestMoment } };
    },
  };
}

export const adam = optimizerKind({
  label: "Adam",
  schema: z.strictObject({ name: z.literal("adam"), learningRate, ...adamConstants.shape }),
  rules: ({ beta1, beta2, epsilon }) => [adamRule({ beta1, beta2, epsilon })],
});

export const amsgrad = optimizerKind({
  label: "AMSGrad",
  schema: z.strictObject({ name: z.literal("amsgrad"), learningRate, ...adamConstants.shape }),
  rules: ({ beta1, beta2, epsilon }) => [amsgradRule({ beta1, beta2, epsilon })],
});
