import type { Network } from "../models/index.js";
import type { ModelWeights } from "../models/weights.js";
import { moveConstant } from "./constants.js";

/** A filter that another one stands for: it emits slope * the other's activation + constant, as far as a line can tell. */
export interface LinearCopy {
  /** Index of a layer whose channels are its own: no residual sum adds others to them. */
  layer: number;
  filter: number;
  original: number;
  /** Positive, so that pooling commutes with it. */
  slope: number;
  constant: number;
}

/**
 * Weights of the same network in which nothing reads the copies: what was read of a copy is read of its original, slope times
 * as strongly, and of the constant, which moves to where it is read. Exact where the line is, but for a constant at the borders
 * of the map, where padding has zeros. `cutChannels` takes the copies out then.
 */
export function mergeCopies(
  network: Network,
  weights: ModelWeights,
  copies: readonly LinearCopy[],
): ModelWeights {
  const { layout, layers, groups } = network;
  const merged = { parameters: weights.parameters.slice(), statistics: weights.statistics.slice() };
  for (const { layer, filter, original, slope, constant } of copies) {
    for (const reader of groups[layers[layer]!.group]!.readers) {
      moveConstant(network, merged, { reader, channel: filter, constant });
      const slot = layout.slots[reader]!;
      const values = layout.view(merged.parameters, slot);
      const [inputs, outputs] = [slot.shape.at(-2)!, slot.shape.at(-1)!];
      for (let start = 0; start < values.length; start += inputs * outputs) {
        const from = start + filter * outputs;
        const to = start + original * outputs;
        for (let output = 0; output < outputs; output++) {
          values[to + output]! += slope * values[from + output]!;
          values[from + output] = 0;
        }
      }
    }
  }
  return merged;
}

/** Whether a layer's channels are its own, so that its filters can be merged. */
export const hasOwnChannels = ({ layers, groups }: Network, layer: number): boolean =>
  groups[layers[layer]!.group]!.layers.length === 1;
