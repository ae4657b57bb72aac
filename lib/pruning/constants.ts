import jStat from "jstat";
import type { ModelConfig } from "../models/config.js";
import type { FilterLayer, Network } from "../models/index.js";
import type { ModelWeights } from "../models/weights.js";
import type { TrainedModel } from "./model.js";

/**
 * Weights with what the channels that are not kept emit, taken as a constant, moved to where it is read: a filter whose
 * gamma is close to 0 emits activation(beta) all over its map, and so does a maximum or mean of it. What a convolution
 * makes of that, summed over its kernel, is taken off the running mean behind it (or added to the bias); what the
 * classifier makes of it is added to its bias. Exact but where the kernel hangs over a border of the map: padding has
 * zeros, not the constant.
 */
export function withConstants(
  { model, network, weights }: TrainedModel,
  kept: readonly (readonly number[])[],
): ModelWeights {
  const { layers, groups, layout } = network;
  const moved = { parameters: weights.parameters.slice(), statistics: weights.statistics.slice() };
  const betas = layers.map(({ beta }) => layout.view(weights.parameters, layout.slots[beta]!));

  for (const [index, group] of groups.entries()) {
    const stays = new Set(kept[index]!);
    const members = group.layers.map((layer) => ({ ...layers[layer]!, betas: betas[layer]! }));
    for (let channel = 0; channel < group.channels; channel++) {
      if (stays.has(channel)) continue;
      const stream = streamConstants(members, channel, model);
      for (const reader of group.readers) {
        const constant = stream.findLast(({ weight }) => weight < reader)!.value;
        moveConstant(network, moved, { reader, channel, constant });
      }
    }
  }
  return moved;
}

/** Adds what a parameter reads of a channel that emits a constant to the bias behind it, or takes it off the running mean there. */
export function moveConstant(
  { layers, layout }: Network,
  { parameters, statistics }: ModelWeights,
  { reader, channel, constant }: { reader: number; channel: number; constant: number },
): void {
  if (constant === 0) return;
  const slot = layout.slots[reader]!;
  const sums = kernelSums(layout.view(parameters, slot), slot.shape, channel);
  const layer = layers.find(({ weight }) => weight === reader);
  // A dense layer's bias follows its weight.
  const bias = layer ? layer.beta : reader + 1;
  const target = layer?.gamma === undefined ? layout.view(parameters, layout.slots[bias]!) : undefined;
  for (const [output, sum] of sums.entries()) {
    if (target) target[output]! += constant * sum;
    else statistics[layer!.offset + output]! -= constant * sum;
  }
}

/**
 * What one channel carries behind each layer that writes it: a layer's own activation, or behind a residual sum that of
 * the sum so far. A projection and the convolution before it meet in the first sum of their stage.
 */
function streamConstants(
  members: readonly (FilterLayer & { betas: Float32Array })[],
  channel: number,
  model: ModelConfig,
): { weight: number; value: number }[] {
  const stream: { weight: number; value: number }[] = [];
  for (const [index, { weight, betas, listed }] of members.entries()) {
    if (!listed) continue;
    const projection = members[index + 1]?.listed === false ? members[index + 1] : undefined;
    const other = projection ? projection.betas[channel]! : (stream.at(-1)?.value ?? 0);
    stream.push({ weight, value: activationValue(betas[channel]! + other, model) });
  }
  return stream;
}

/** Sum over the kernel of what each output reads of one input: [kernel, kernel, inputs, outputs] or [inputs, outputs]. */
function kernelSums(values: Float32Array, shape: readonly number[], input: number): number[] {
  const [inputs, outputs] = [shape.at(-2)!, shape.at(-1)!];
  const sums = new Array<number>(outputs).fill(0);
  for (let start = input * outputs; start < values.length; start += inputs * outputs) {
    for (let output = 0; output < outputs; output++) sums[output]! += values[start + output]!;
  }
  return sums;
}

/** A nonlinearity at one number; formulas as in lib/engine/activation.ts. */
export function activationValue(
  x: number,
  { activation, negativeSlope }: Pick<ModelConfig, "activation" | "negativeSlope">,
): number {
  switch (activation) {
    case "relu":
      return Math.max(0, x);
    case "leaky-relu":
      return Math.max(x, negativeSlope * x);
    case "elu":
      return x > 0 ? x : Math.expm1(x);
    case "gelu":
      return (x * (1 + jStat.erf(x * Math.SQRT1_2))) / 2;
    case "silu":
      return x / (1 + Math.exp(-x));
  }
}
