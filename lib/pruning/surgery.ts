import { UserError } from "../errors.js";
import { createNetwork, type Network } from "../models/index.js";
import type { ModelWeights } from "../models/weights.js";
import { withConstants } from "./constants.js";
import { type TrainedModel, trainedModel } from "./model.js";
import { keptWidths } from "./selection.js";

export interface CutOptions {
  /** Channels of each group that stay, ascending, as `selectChannels` gives them. */
  kept: readonly (readonly number[])[];
  /**
   * What a filter that goes is taken to emit. "nothing": 0, as by activation. "constant": what beta alone gives, as
   * where gamma is close to 0 (see `withConstants`). Default "nothing".
   */
  emits?: "nothing" | "constant";
}

/**
 * The model with only the channels that are kept: of the same type, with a smaller width list. Throws `UserError` for
 * normalization over several channels, which would change with what is cut.
 */
export function cutChannels(trained: TrainedModel, { kept, emits = "nothing" }: CutOptions): TrainedModel {
  const { images, network } = trained;
  checkNormalization(trained);
  const model = { ...trained.model, widths: keptWidths(network.layers, { kept }) };
  const { parameters, statistics } = emits === "constant" ? withConstants(trained, kept) : trained.weights;
  return trainedModel(model, images, {
    parameters: cutParameters(network, createNetwork(model, images), { parameters, kept }),
    statistics: cutStatistics(network, statistics, kept),
  });
}

/** Whether no channel's normalization depends on the others, so that some can go. */
export const hasChannelsApart = ({ normalization }: TrainedModel["model"]): boolean =>
  normalization === "batch" || normalization === "none";

function checkNormalization({ model }: TrainedModel): void {
  const { normalization } = model;
  if (hasChannelsApart(model)) return;
  throw new UserError(
    `The network has ${normalization} normalization, over several channels at once: without some the others would change. Expected batch normalization or none.`,
  );
}

type Kept = readonly (readonly number[])[];

/** Both networks have the same parameters in the same order; those of `to` are smaller. */
function cutParameters(
  from: Network,
  to: Network,
  { parameters, kept }: { parameters: Float32Array; kept: Kept },
): Float32Array {
  const outputs = new Map<number | undefined, readonly number[]>();
  for (const { weight, gamma, beta, group } of from.layers)
    for (const index of [weight, gamma, beta]) outputs.set(index, kept[group]!);
  const inputs = new Map(
    from.groups.flatMap(({ readers }, group) => readers.map((reader) => [reader, kept[group]!] as const)),
  );
  const result = new Float32Array(to.layout.length);
  for (const [index, slot] of from.layout.slots.entries()) {
    const values = cutAxes(from.layout.view(parameters, slot), slot.shape, {
      inputs: inputs.get(index),
      outputs: outputs.get(index),
    });
    to.layout.view(result, to.layout.slots[index]!).set(values);
  }
  return result;
}

/** Keeps some indices of the last axis (outputs) and of the one before it (inputs); all where undefined. */
function cutAxes(
  values: Float32Array,
  shape: readonly number[],
  { inputs, outputs }: { inputs: readonly number[] | undefined; outputs: readonly number[] | undefined },
): number[] {
  const last = shape.at(-1)!;
  const before = shape.at(-2) ?? 1;
  const result: number[] = [];
  for (let start = 0; start < values.length; start += before * last) {
    for (const input of inputs ?? range(before)) {
      for (const output of outputs ?? range(last)) result.push(values[start + input * last + output]!);
    }
  }
  return result;
}

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);

/** Means of all layers, then variances. */
function cutStatistics({ layers, channels }: Network, statistics: ModelWeights["statistics"], kept: Kept) {
  const places = layers.flatMap(({ offset, group }) => kept[group]!.map((channel) => offset + channel));
  return Float32Array.from([...places, ...places.map((place) => channels + place)], (at) => statistics[at]!);
}
