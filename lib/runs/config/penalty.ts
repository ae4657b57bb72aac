import { z } from "zod";

export const penaltySchema = z.strictObject({
  /** "l2": lambda * theta is added to the gradient; "decoupled": theta shrinks by (1 - lambda * schedule factor). */
  kind: z.enum(["l2", "decoupled"]).default("l2"),
  /** Multiplies theta itself (PyTorch's `weight_decay`), not 2 * theta. */
  lambda: z.number().min(0).max(1).default(0),
});

export type Penalty = z.output<typeof penaltySchema>;

/** The same for every penalty that does nothing. */
export function normalizePenalty(penalty: Penalty): Penalty {
  return penalty.lambda === 0 ? penaltySchema.parse({}) : penalty;
}
