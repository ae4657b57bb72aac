import { z } from "zod";
import type { ParameterRole } from "../models/layout.js";

/** Every group of parameters, in the order in which configurations list them. */
export const parameterRoles = ["weight", "gamma", "beta", "bias"] as const satisfies readonly ParameterRole[];

const roles = z
  .array(z.enum(parameterRoles))
  .min(1)
  .transform((named) => parameterRoles.filter((role) => named.includes(role)));

export const penaltySchema = z.strictObject({
  /** "l2": lambda * theta is added to the gradient; "decoupled": theta shrinks by (1 - lambda * schedule factor). */
  kind: z.enum(["l2", "decoupled"]).default("l2"),
  /** Multiplies theta itself (PyTorch's `weight_decay`), not 2 * theta. */
  lambda: z.number().min(0).max(1).default(0),
  /**
   * Parameters that lambda shrinks: any of "weight" (of convolutions and the classifier), "gamma", "beta" and "bias"
   * (of layers without normalization), in any order. "all" stands for all four, "weights" for the first.
   */
  on: z.preprocess((value) => shorthands.get(value) ?? value, roles).default([...parameterRoles]),
  /** Network slimming (Liu et al. 2017): l1Gamma * sign(gamma) is added to gamma's gradient, whatever `kind`. */
  l1Gamma: z.number().min(0).max(1).default(0),
});

const shorthands = new Map<unknown, ParameterRole[]>([
  ["all", [...parameterRoles]],
  ["weights", ["weight"]],
]);

export type Penalty = z.output<typeof penaltySchema>;

/** The same for every penalty that does the same. */
export function normalizePenalty(penalty: Penalty): Penalty {
  return penalty.lambda === 0 ? penaltySchema.parse({ l1Gamma: penalty.l1Gamma }) : penalty;
}
