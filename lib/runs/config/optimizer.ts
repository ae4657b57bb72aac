import { z } from "zod";

const learningRate = z.number().gt(0).max(100);
const decayRate = z.number().min(0).lt(1);
const epsilon = z.number().gt(0);
const adamConstants = {
  learningRate,
  beta1: decayRate.default(0.9),
  beta2: decayRate.default(0.999),
  epsilon: epsilon.default(1e-8),
};
export const optimizerSchema = z.discriminatedUnion("name", [
  z.strictObject({ name: z.literal("sgd"), learningRate, momentum: decayRate.default(0) }),
  z.strictObject({ name: z.literal("adam"), ...adamConstants }),
  z.strictObject({ name: z.literal("amsgrad"), ...adamConstants }),
  z.strictObject({ name: z.literal("adagrad"), learningRate, epsilon: epsilon.default(1e-10) }),
  z.strictObject({
    name: z.literal("rmsprop"),
    learningRate,
    decay: decayRate.default(0.99),
    epsilon: epsilon.default(1e-8),
  }),
]);
