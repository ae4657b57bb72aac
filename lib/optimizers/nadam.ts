import { z } from "zod";
import { add, divide, multiply, number, square, squareRoot, vector } from "../engine/formula.js";
import { adamConstants } from "./adam.js";
import { learningRate, optimizerKind } from "./kind.js";
import { average, type Rule } from "./rule.js";

const nadamConstants = z.strictObject({
  ...adamConstants.shape,
  /** How slowly the momentum warms up. Default 4e-3 (PyTorch's; tfjs has no NAdam). */
  momentumDecay: z.number().min(0).default(4e-3),
});
export type NadamOptions = z.input<typeof nadamConstants>;

/**
 * NAdam (Dozat 2016) in PyTorch's form: Adam with Nesterov's look ahead, its momentum warmed up,
 * mu(t) = beta1 * (1 - 0.96 ^ (t * momentumDecay) / 2).
 */
export function nadamRule(options: NadamOptions = {}): Rule {
  const { beta1, beta2, epsilon, momentumDecay } = nadamConstants.parse(options);
  const momentumAt = (step: number) => beta1 * (1 - 0.5 * 0.96 ** (step * momentumDecay));
  /** mu(1) * ... * mu(step); grows with the steps asked for. */
  const products = [1];
  const productAt = (step: number) => {
    for (let next = products.length; next <= step; next++)
      products[next] = products[next - 1]! * momentumAt(next);
    return products[step]!;
  };
  return {
    link: "scaleByNadam",
    name: "nadam",
    constants: { beta1, beta2, epsilon, momentumDecay },
    slots: ["firstMoment", "secondMoment"],
    rates: {
      gradientShare: (step) => (1 - momentumAt(step)) / (1 - productAt(step)),
      momentShare: (step) => momentumAt(step + 1) / (1 - productAt(step + 1)),
      correction: (step) => 1 - beta2 ** step,
    },
    apply(gradient) {
      const firstMoment = average(vector("firstMoment"), gradient, beta1);
      const secondMoment = average(vector("secondMoment"), square(gradient), beta2);
      const ahead = add(
        multiply(gradient, number("gradientShare")),
        multiply(firstMoment, number("momentShare")),
      );
      const root = squareRoot(divide(secondMoment, number("correction")));
      return { step: divide(ahead, add(root, epsilon)), next: { firstMoment, secondMoment } };
    },
  };
}

export const nadam = optimizerKind({
  label: "NAdam",
  schema: z.strictObject({ name: z.literal("nadam"), learningRate, ...nadamConstants.shape }),
  rules: ({ beta1, beta2, epsilon, momentumDecay }) => [nadamRule({ beta1, beta2, epsilon, momentumDecay })],
});
