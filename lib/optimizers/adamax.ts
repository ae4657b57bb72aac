import { z } from "zod";
import { absolute, add, divide, maximum, multiply, number, vector } from "../engine/formula.js";
import { type AdamOptions, adamConstants } from "./adam.js";
import { learningRate, optimizerKind } from "./kind.js";
import { average, type Rule } from "./rule.js";

/**
 * Adamax (Kingma and Ba 2015, section 7.1) in PyTorch's form: the bias-corrected first moment over the largest
 * gradient of late, u <- max(beta2 * u, |g| + epsilon).
 *
 * Defaults as Adam's (also PyTorch's, whose learning rate is 2e-3 here; tfjs adds its epsilon, 1e-7, to the maximum).
 */
export function adamaxRule(options: AdamOptions = {}): Rule {
  const { beta1, beta2, epsilon } = adamConstants.parse(options);
  return {
    link: "scaleByAdamax",
    name: "adamax",
    constants: { beta1, beta2, epsilon },
    slots: ["firstMoment", "largestGradient"],
    rates: { correction: (step) => 1 - beta1 ** step },
    apply(gradient) {
      const firstMoment = average(vector("firstMoment"), gradient, beta1);
      const size = add(absolute(gradient), epsilon);
      const largestGradient = maximum(multiply(vector("largestGradient"), beta2), size);
      const step = divide(divide(firstMoment, number("correction")), largestGradient);
      return { step, next: { firstMoment, largestGradient } };
    },
  };
}

export const adamax = optimizerKind({
  label: "Adamax",
  schema: z.strictObject({ name: z.literal("adamax"), learningRate, ...adamConstants.shape }),
  rules: ({ beta1, beta2, epsilon }) => [adamaxRule({ beta1, beta2, epsilon })],
});
