import { z } from "zod";
import { positiveInteger } from "../fields.js";

const learningRate = z.number().gt(0).max(100);
const decayRate = z.number().min(0).lt(1);
const epsilon = z.number().gt(0);

/** A step along the momentum that is about to be means nothing without momentum. */
const nesterovNeedsMomentum = {
  check: ({ nesterov, momentum }: { nesterov: boolean; momentum: number }) => !nesterov || momentum > 0,
  report: { path: ["nesterov"], error: "needs a momentum above 0" },
};

const moments = {
  beta1: decayRate.default(0.9),
  beta2: decayRate.default(0.999),
  epsilon: epsilon.default(1e-8),
};

/** Defaults are PyTorch's; where tfjs' differ, the transforms of lib/optimizers say so. */
export const optimizerSchema = z.discriminatedUnion("name", [
  z
    .strictObject({
      name: z.literal("sgd"),
      learningRate,
      momentum: decayRate.default(0),
      nesterov: z.boolean().default(false),
    })
    .refine(nesterovNeedsMomentum.check, nesterovNeedsMomentum.report),
  z.strictObject({ name: z.literal("adam"), learningRate, ...moments }),
  z.strictObject({ name: z.literal("amsgrad"), learningRate, ...moments }),
  z.strictObject({ name: z.literal("adamax"), learningRate, ...moments }),
  z.strictObject({
    name: z.literal("nadam"),
    learningRate,
    ...moments,
    /** How slowly the momentum warms up: beta1 (1 - 0.96 ^ (step * momentumDecay) / 2). */
    momentumDecay: z.number().min(0).default(4e-3),
  }),
  z.strictObject({ name: z.literal("adagrad"), learningRate, epsilon: epsilon.default(1e-10) }),
  z.strictObject({
    name: z.literal("adadelta"),
    learningRate,
    rho: decayRate.default(0.9),
    epsilon: epsilon.default(1e-6),
  }),
  z.strictObject({
    name: z.literal("rmsprop"),
    learningRate,
    decay: decayRate.default(0.99),
    epsilon: epsilon.default(1e-8),
    momentum: decayRate.default(0),
  }),
  z.strictObject({
    name: z.literal("lion"),
    learningRate,
    beta1: decayRate.default(0.9),
    beta2: decayRate.default(0.99),
  }),
  z
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
          beta1: decayRate.default(0.9),
          beta2: decayRate.default(0.95),
          epsilon: epsilon.default(1e-10),
        })
        .prefault({}),
    })
    .refine(nesterovNeedsMomentum.check, nesterovNeedsMomentum.report),
]);

export type OptimizerConfig = z.output<typeof optimizerSchema>;
