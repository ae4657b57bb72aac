import { z } from "zod";
import { add, divide, square, squareRoot, vector } from "../engine/formula.js";
import { learningRate, optimizerKind, epsilon as positive } from "./kind.js";
import type { Rule } from "./rule.js";

const epsilon = positive.default(1e-10);

/**
 * AdaGrad (Duchi, Hazan and Singer 2011): the gradient over the root of the sum of all its squares.
 *
 * @param options.epsilon added to the root; default 1e-10 (PyTorch's; tfjs has 1e-7 inside the root and starts the sum at
 *   0.1, not 0)
 */
export function adagradRule(options: { epsilon?: number | undefined } = {}): Rule {
  const added = epsilon.parse(options.epsilon);
  return {
    link: "scaleByRootSumOfSquares",
    name: "adagrad",
    constants: { epsilon: added },
    slots: ["sumOfSquares"],
    apply(gradient) {
      const sumOfSquares = add(vector("sumOfSquares"), square(gradient));
      return { step: divide(gradient, add(squareRoot(sumOfSquares), added)), next: { sumOfSquares } };
    },
  };
}

export const adagrad = optimizerKind({
  label: "AdaGrad",
  schema: z.strictObject({ name: z.literal("adagrad"), learningRate, epsilon }),
  rules: ({ epsilon }) => [adagradRule({ epsilon })],
});
