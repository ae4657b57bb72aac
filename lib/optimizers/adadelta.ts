import { z } from "zod";
import { add, divide, multiply, square, squareRoot, vector } from "../engine/formula.js";
import { decayRate, epsilon, learningRate, optimizerKind } from "./kind.js";
import { average, type Rule } from "./rule.js";

const adadeltaConstants = z.strictObject({
  /** Decay of both means. Default 0.9 (PyTorch's; tfjs' is 0.95). */
  rho: decayRate.default(0.9),
  /** Added inside both roots. Default 1e-6 (PyTorch's; tfjs' is 1e-7). */
  epsilon: epsilon.default(1e-6),
});
export type AdadeltaOptions = z.input<typeof adadeltaConstants>;

/**
 * Adadelta (Zeiler 2012), algorithm 1: the gradient times the root mean square of past steps over that of gradients.
 * Its learning rate is 1 in the paper and in PyTorch, 1e-3 in tfjs.
 */
export function adadeltaRule(options: AdadeltaOptions = {}): Rule {
  const { rho, epsilon } = adadeltaConstants.parse(options);
  return {
    link: "scaleByAdadelta",
    name: "adadelta",
    constants: { rho, epsilon },
    slots: ["meanSquare", "meanSquareStep"],
    apply(gradient) {
      const meanSquare = average(vector("meanSquare"), square(gradient), rho);
      const ratio = divide(add(vector("meanSquareStep"), epsilon), add(meanSquare, epsilon));
      const step = multiply(gradient, squareRoot(ratio));
      return {
        step,
        next: { meanSquare, meanSquareStep: average(vector("meanSquareStep"), square(step), rho) },
      };
    },
  };
}

export const adadelta = optimizerKind({
  label: "Adadelta",
  schema: z.strictObject({ name: z.literal("adadelta"), learningRate, ...adadeltaConstants.shape }),
  rules: ({ rho, epsilon }) => [adadeltaRule({ rho, epsilon })],
});
