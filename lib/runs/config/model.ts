import { z } from "zod";
import { activationNames } from "../../engine/activation.js";
import { positiveInteger } from "./fields.js";

export const modelSchema = z.strictObject({
  name: z.enum(["basicnet"]).default("basicnet"),
  /** Filters of each convolution. */
  widths: z.array(positiveInteger.max(4096)).min(1),
  activation: z.enum(activationNames).default("relu"),
  /** Slope of leaky ReLU below zero; PyTorch's default. Other activations have none. */
  negativeSlope: z.number().gt(0).lt(1).default(0.01),
  /** "layer": group normalization with one group; "none": a bias in place of gamma and beta. */
  normalization: z.enum(["batch", "group", "layer", "none"]).default("batch"),
  /** Groups of "group" normalization: they divide every width. Others have none. */
  groups: positiveInteger.default(8),
});

export type ModelConfig = z.output<typeof modelSchema>;

/** The same for every model that computes the same: constants that it does not use are left at their defaults. */
export function normalizeModel(model: ModelConfig): ModelConfig {
  const defaults = modelSchema.parse({ widths: model.widths });
  const { activation, normalization, negativeSlope, groups } = model;
  return {
    ...model,
    negativeSlope: activation === "leaky-relu" ? negativeSlope : defaults.negativeSlope,
    groups: normalization === "group" ? groups : defaults.groups,
  };
}
