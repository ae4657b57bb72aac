import { UserError } from "../errors.js";
import { createNetwork } from "../models/index.js";
import { batchNormEpsilon } from "../models/normalization.js";
import { type TrainedModel, trainedModel } from "./model.js";

/**
 * The same function in evaluation mode without batch normalization: with s = gamma / sqrt(variance + epsilon), a
 * filter's weights become s * weights and its bias beta - s * mean. For inference; a network without normalization is
 * returned as it is. Throws `UserError` for normalization that depends on the image.
 */
export function fuseNormalization(trained: TrainedModel): TrainedModel {
  const { model, images, network, weights } = trained;
  if (model.normalization === "none") return trained;
  if (model.normalization !== "batch")
    throw new UserError(
      `${model.normalization} normalization depends on each image and cannot become part of the weights. Expected batch normalization.`,
    );
  const fused = { ...model, normalization: "none" as const };
  const target = createNetwork(fused, images);
  const parameters = new Float32Array(target.layout.length);
  const from = new Map(
    network.layout.slots.map((slot) => [slot.name, network.layout.view(weights.parameters, slot)]),
  );
  for (const slot of target.layout.slots) {
    const same = from.get(slot.name);
    if (same) target.layout.view(parameters, slot).set(same);
  }
  for (const [index, { weight, beta, filters, offset, name }] of target.layers.entries()) {
    const { gamma } = network.layers[index]!;
    const scales = network.layout.view(weights.parameters, network.layout.slots[gamma!]!);
    const shifts = from.get(`${name}/beta`)!;
    const kernel = target.layout.view(parameters, target.layout.slots[weight]!);
    const bias = target.layout.view(parameters, target.layout.slots[beta]!);
    for (let filter = 0; filter < filters; filter++) {
      const mean = weights.statistics[offset + filter]!;
      const variance = weights.statistics[network.channels + offset + filter]!;
      const scale = scales[filter]! / Math.sqrt(variance + batchNormEpsilon);
      bias[filter] = shifts[filter]! - scale * mean;
      for (let at = filter; at < kernel.length; at += filters) kernel[at]! *= scale;
    }
  }
  return trainedModel(fused, images, {
    parameters,
    statistics: new Float32Array(2 * target.channels).fill(1, target.channels),
  });
}
