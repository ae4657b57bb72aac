/** Nonlinearities by the names that configurations use. */
export const activationNames = ["relu", "leaky-relu", "elu", "gelu", "silu"] as const;
export type ActivationName = (typeof activationNames)[number];

/**
 * A nonlinearity with its constant. Formulas are PyTorch's: leaky ReLU max(x, negativeSlope * x); ELU with alpha 1,
 * x > 0 ? x : exp(x) - 1; GELU in its exact form, x * (1 + erf(x / sqrt(2))) / 2; SiLU x / (1 + exp(-x)).
 */
export type Activation =
  | { name: Exclude<ActivationName, "leaky-relu"> }
  | { name: "leaky-relu"; negativeSlope: number };

/**
 * The slope below zero of a nonlinearity that is linear on either side of zero: 0 for ReLU, 1 for none at all.
 * Undefined for one that is curved.
 */
export function slopeOf(activation: Activation | undefined): number | undefined {
  if (activation === undefined) return 1;
  if (activation.name === "relu") return 0;
  return activation.name === "leaky-relu" ? activation.negativeSlope : undefined;
}
