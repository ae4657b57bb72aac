import { z } from "zod";
import { UsageError } from "../errors.js";
import { positiveInteger } from "../fields.js";
import type { ParameterRole } from "../models/layout.js";

/** Every group of parameters, in the order in which configurations list them. */
export const parameterRoles = ["weight", "gamma", "beta", "bias"] as const satisfies readonly ParameterRole[];

const roles = z
  .array(z.enum(parameterRoles))
  .min(1)
  .transform((named) => parameterRoles.filter((role) => named.includes(role)));

const during = z
  .strictObject({
    /** Share of a cycle at which lambda sets in, and at which it ends. */
    from: z.number().min(0).lt(1).default(0),
    until: z.number().gt(0).max(1).default(1),
    /** Equal parts of the training, each with its own beginning and end of the penalty. */
    cycles: positiveInteger.default(1),
  })
  .refine(({ from, until }) => from < until, { path: ["until"], error: "has to come after from" });

const fields = z.strictObject({
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
  /** Which of Adam's moments the gradient of an L2 penalty enters; ordinary L2 enters both. */
  moments: z.enum(["both", "first", "second"]).default("both"),
  /** Whether decoupled decay spares what moves away from 0: lambda acts where step and parameter have opposite signs. */
  cautious: z.boolean().default(false),
  /** The part of the training in which lambda acts, e.g. { until: 0.3 }, { from: 0.3 }, { until: 0.5, cycles: 10 }. */
  during: during.prefault({}),
});

export const penaltySchema = fields
  .refine(({ kind, moments }) => moments === "both" || kind === "l2", {
    path: ["moments"],
    error: 'decoupled decay enters no moment, leave it out or choose kind "l2"',
  })
  .refine(({ kind, cautious }) => !cautious || kind === "decoupled", {
    path: ["cautious"],
    error: 'only decay can be cautious, choose kind "decoupled"',
  });

const shorthands = new Map<unknown, ParameterRole[]>([
  ["all", [...parameterRoles]],
  ["weights", ["weight"]],
]);

export type Penalty = z.output<typeof penaltySchema>;

/** The same for every penalty that does the same. */
export function normalizePenalty(penalty: Penalty): Penalty {
  if (penalty.lambda === 0) return penaltySchema.parse({ l1Gamma: penalty.l1Gamma });
  const { from, until } = penalty.during;
  return from === 0 && until === 1 ? { ...penalty, during: { from, until, cycles: 1 } } : penalty;
}

/** Throws `UsageError` where a penalty is to enter one moment of an optimizer that has not Adam's two, or in part. */
export function checkMoments({ moments, on }: Penalty, { name }: { name: string }): void {
  if (moments === "both") return;
  if (name !== "adam")
    throw new UsageError(
      `penalty.moments is "${moments}", and only Adam has a first and a second moment; the optimizer is "${name}". Choose "adam", or leave penalty.moments out.`,
    );
  if (on.length < parameterRoles.length)
    throw new UsageError(
      `penalty.moments is "${moments}", which goes for all parameters; penalty.on names ${on.join(", ")}. Leave one of them out.`,
    );
}

/** Whether lambda acts at a step, counted from 1; undefined where it always does. */
export function actsAt(
  { from, until, cycles }: Penalty["during"],
  steps: number | undefined,
): ((step: number) => boolean) | undefined {
  if (from === 0 && until === 1) return undefined;
  if (steps === undefined)
    throw new Error("A penalty that acts in a part of the training has to be told how many steps it has.");
  return (step) => {
    const share = (((step - 1) * cycles) % steps) / steps;
    return share >= from && share < until;
  };
}
