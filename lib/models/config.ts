import { z } from "zod";
import { activationNames } from "../engine/activation.js";
import { UsageError } from "../errors.js";
import { positiveInteger } from "../fields.js";
import {
  checkGroups,
  type ListedConvolution,
  plainConvolutions,
  resNetConvolutions,
  vggPools,
} from "./widths.js";

export const modelSchema = z.strictObject({
  name: z.enum(["basicnet", "vgg", "resnet"]).default("basicnet"),
  /**
   * Filters of each convolution in order: any number for a BasicNet, 8 for VGG-11, 13 for VGG-16; for a ResNet the
   * stem's and those of all blocks, projections on shortcuts left out.
   */
  widths: z.array(positiveInteger.max(4096)).min(1),
  activation: z.enum(activationNames).default("relu"),
  /** Slope of leaky ReLU below zero; PyTorch's default. Other activations have none. */
  negativeSlope: z.number().gt(0).lt(1).default(0.01),
  /** "layer": group normalization with one group; "none": a bias in place of gamma and beta. */
  normalization: z.enum(["batch", "group", "layer", "none"]).default("batch"),
  /** Groups of "group" normalization: they divide every width. Others have none. */
  groups: positiveInteger.default(8),
  /** Residual blocks of each stage of a ResNet, e.g. [3, 3, 3] for ResNet-20. Required there, and only there. */
  stages: z.array(positiveInteger.max(64)).min(1).max(8).optional(),
  /** Of a ResNet: "basic" has two 3x3 convolutions, "bottleneck" 1x1, 3x3, 1x1. */
  block: z.enum(["basic", "bottleneck"]).default("basic"),
});

export type ModelConfig = z.output<typeof modelSchema>;

/**
 * Checks that the parts of a model fit together, and gives the same for every model that computes the same: constants
 * that it does not use are left at their defaults. Throws `UsageError`.
 */
export function normalizeModel(model: ModelConfig): ModelConfig {
  const defaults = modelSchema.parse({ widths: model.widths });
  const { name, activation, normalization, negativeSlope, groups, block } = model;
  const convolutions = convolutionsOf(model);
  if (normalization === "group") checkGroups(convolutions, groups);
  return {
    ...model,
    negativeSlope: activation === "leaky-relu" ? negativeSlope : defaults.negativeSlope,
    groups: normalization === "group" ? groups : defaults.groups,
    block: name === "resnet" ? block : defaults.block,
  };
}

function convolutionsOf({ name, widths, stages, block }: ModelConfig): ListedConvolution[] {
  if ((name === "resnet") !== (stages !== undefined)) {
    throw new UsageError(
      name === "resnet"
        ? "model.stages is missing: a ResNet needs its blocks per stage, e.g. [3, 3, 3] for ResNet-20."
        : `model.stages belongs to a ResNet, and the model is ${name}. Leave it out, or name the model resnet.`,
    );
  }
  if (stages !== undefined) return resNetConvolutions({ stages, block }, widths);
  if (name === "vgg") vggPools(widths.length);
  return plainConvolutions(widths);
}
