import { z } from "zod";
import { sign, vector } from "../engine/formula.js";
import { decayRate, learningRate, optimizerKind } from "./kind.js";
import { average, type Rule } from "./rule.js";

const lionConstants = z.strictObject({
  /** Weight of the moment in the step. Default 0.9 (the paper's; neither PyTorch nor tfjs has Lion). */
  beta1: decayRate.default(0.9),
  /** Decay of the moment. Default 0.99 (the paper's). */
  beta2: decayRate.default(0.99),
});
export type LionOptions = z.input<typeof lionConstants>;

/**
 * Lion (Chen et al. 2023), algorithm 2 without its decay: the sign of beta1 * m + (1 - beta1) * g, then
 * m <- beta2 * m + (1 - beta2) * g.
 */
export function lionRule(options: LionOptions = {}): Rule {
  const { beta1, beta2 } = lionConstants.parse(options);
  return {
    link: "scaleByLion",
    name: "lion",
    constants: { beta1, beta2 },
    slots: ["firstMoment"],
    apply: (gradient) => ({
      step: sign(average(vector("firstMoment"), gradient, beta1)),
      next: { firstMoment: average(vector("firstMoment"), gradient, beta2) },
    }),
  };
}

export const lion = optimizerKind({
  label: "Lion",
  schema: z.strictObject({ name: z.literal("lion"), learningRate, ...lionConstants.shape }),
  rules: ({ beta1, beta2 }) => [lionRule({ beta1, beta2 })],
});
