import { z } from "zod";
import { add, multiply, vector } from "../engine/formula.js";
import { decayRate, learningRate, optimizerKind } from "./kind.js";
import type { Rule } from "./rule.js";

export interface MomentumOptions {
  /** Share of the velocity that is kept. PyTorch's default is 0 (none); tfjs has it to be given. */
  momentum: number;
  /** Look ahead (Nesterov 1983): g + momentum * v instead of v. Default false (also PyTorch's and tfjs'). */
  nesterov?: boolean;
}

/** Heavy-ball momentum, v <- momentum * v + g (Polyak 1964), in PyTorch's form without dampening. */
export const momentumRule = ({ momentum, nesterov = false }: MomentumOptions): Rule => ({
  link: "trace",
  name: nesterov ? "nesterov" : "momentum",
  constants: { momentum },
  slots: ["velocity"],
  apply(gradient) {
    const velocity = add(multiply(vector("velocity"), momentum), gradient);
    return { step: nesterov ? add(gradient, multiply(velocity, momentum)) : velocity, next: { velocity } };
  },
});

/** A step along the momentum that is about to be means nothing without momentum. */
export const nesterovNeedsMomentum = {
  check: ({ nesterov, momentum }: { nesterov: boolean; momentum: number }) => !nesterov || momentum > 0,
  report: { path: ["nesterov"], error: "needs a momentum above 0" },
};

export const sgd = optimizerKind({
  label: ({ momentum, nesterov }) => (momentum === 0 ? "SGD" : nesterov ? "SGD+Nesterov" : "SGD+momentum"),
  schema: z
    .strictObject({
      name: z.literal("sgd"),
      learningRate,
      momentum: decayRate.default(0),
      nesterov: z.boolean().default(false),
    })
    .refine(nesterovNeedsMomentum.check, nesterovNeedsMomentum.report),
  rules: ({ momentum, nesterov }) => (momentum > 0 ? [momentumRule({ momentum, nesterov })] : []),
});
