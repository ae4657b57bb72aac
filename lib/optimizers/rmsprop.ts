import { z } from "zod";
import { add, divide, square, squareRoot, vector } from "../engine/formula.js";
import { decayRate, epsilon, learningRate, optimizerKind } from "./kind.js";
import { average, type Rule } from "./rule.js";
import { momentumRule } from "./sgd.js";

const rmsConstants = z.strictObject({
  /** Decay of the mean of squared gradients. Default 0.99 (PyTorch's `alpha`; tfjs' `decay` is 0.9). */
  decay: decayRate.default(0.99),
  /** Added to the root. Default 1e-8 (PyTorch's; tfjs' is 1e-7, inside the root). */
  epsilon: epsilon.default(1e-8),
});
export type RmsOptions = z.input<typeof rmsConstants>;

/** RMSProp (Tieleman and Hinton 2012): the gradient over the root of a running mean of its square. */
export function rmsRule(options: RmsOptions = {}): Rule {
  const { decay, epsilon } = rmsConstants.parse(options);
  return {
    link: "scaleByRms",
    name: "rmsprop",
    constants: { decay, epsilon },
    slots: ["meanSquare"],
    apply(gradient) {
      const meanSquare = average(vector("meanSquare"), square(gradient), decay);
      return { step: divide(gradient, add(squareRoot(meanSquare), epsilon)), next: { meanSquare } };
    },
  };
}

/** With momentum behind it it is PyTorch's RMSprop with `momentum`. */
export const rmsprop = optimizerKind({
  label: "RMSProp",
  schema: z.strictObject({
    name: z.literal("rmsprop"),
    learningRate,
    ...rmsConstants.shape,
    momentum: decayRate.default(0),
  }),
  rules: ({ decay, epsilon, momentum }) => [
    rmsRule({ decay, epsilon }),
    ...(momentum > 0 ? [momentumRule({ momentum })] : []),
  ],
});
