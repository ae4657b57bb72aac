import type { z } from "zod";
import type { AdamOptions } from "./adam.js";
import type { optimizerSchema } from "./config.js";
import type { penaltySchema } from "./penalty-config.js";

export interface AdamWOptions extends AdamOptions {
  learningRate: number;
  /** Multiplied by the learning rate. Default 1e-2 (PyTorch's). */
  weightDecay?: number;
}

/**
 * AdamW (Loshchilov and Hutter 2019) as parts of a run's configuration: Adam with decoupled decay of
 * `learningRate * weightDecay` a step, `{ ...adamW({ learningRate: 1e-3 }), dataset, model, steps }`.
 *
 * PyTorch's AdamW shrinks theta before it steps, this project after: its step is shorter by that same factor,
 * 1e-5 of it with the defaults at a learning rate of 1e-3.
 */
export function adamW({ learningRate, weightDecay = 1e-2, ...constants }: AdamWOptions): {
  optimizer: z.input<typeof optimizerSchema>;
  penalty: z.input<typeof penaltySchema>;
} {
  return {
    optimizer: { name: "adam", learningRate, ...constants },
    penalty: { kind: "decoupled", lambda: learningRate * weightDecay },
  };
}
