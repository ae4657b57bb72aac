import { z } from "zod";
import { positiveInteger } from "../fields.js";
import { adamConstants } from "./adam.js";
import { decayRate, epsilon, learningRate, optimizerKind } from "./kind.js";
import { nesterovNeedsMomentum } from "./sgd.js";

/** Works on matrices, not element by element: muon.ts has what it does. */
export const muon = optimizerKind({
  label: "Muon",
  schema: z
    .strictObject({
      name: z.literal("muon"),
      /** Of the convolutions' filters, which Muon moves. */
      learningRate,
      momentum: decayRate.default(0.95),
      nesterov: z.boolean().default(true),
      /** Newton-Schulz iterations. */
      iterations: positiveInteger.max(20).default(5),
      /** "original": sqrt(max(1, filters / fan-in)); "match-rms-adamw": 0.2 sqrt(max(filters, fan-in)). */
      adjustment: z.enum(["original", "match-rms-adamw"]).default("original"),
      /** Adam for all other parameters: gamma, beta, biases and the classifier. */
      adam: z
        .strictObject({
          learningRate: learningRate.default(3e-4),
          beta1: adamConstants.shape.beta1,
          beta2: decayRate.default(0.95),
          epsilon: epsilon.default(1e-10),
        })
        .prefault({}),
    })
    .refine(nesterovNeedsMomentum.check, nesterovNeedsMomentum.report),
});
