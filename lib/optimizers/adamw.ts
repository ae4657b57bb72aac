import type { RunConfigInput } from "../runs/config.js";
import type { AdamOptions } from "./adam.js";

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
export function adamW({
  learningRate,
  weightDecay = 1e-2,
  ...constants
}: AdamWOptions): Pick<RunConfigInput, "optimizer" | "penalty"> {
  return {
    optimizer: { name: "adam", learningRate, ...constants },
    penalty: { kind: "decoupled", lambda: learningRate * weightDecay },
  };
}
