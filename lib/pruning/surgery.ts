import { UserError } from "../errors.js";
import { createNetwork, type Network } from "../models/index.js";
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
  const places = placesOfKept(network, createNetwork(model, images), kept);
  return trainedModel(model, images, {
    parameters: valuesAt(parameters, places.parameters),
    statistics: valuesAt(statistics, places.statistics),
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

/** Of the values of a network with only the channels that are kept, where each is in the whole one's; of padding -1. */
export interface Places {
  /** Of the parameter vector, and of every vector over the same layout. */
  parameters: Int32Array;
  /** Of running means, then variances. */
  statistics: Int32Array;
  /** Of all filters, the layers one after another. */
  filters: Int32Array;
}

/** Both networks have the same parameters in the same order; those of `to` are smaller. */
export function placesOfKept(from: Network, to: Network, kept: Kept): Places {
  const outputs = new Map<number | undefined, readonly number[]>();
  for (const { weight, gamma, beta, group } of from.layers)
    for (const index of [weight, gamma, beta]) outputs.set(index, kept[group]!);
  const inputs = new Map(
    from.groups.flatMap(({ readers }, group) => readers.map((reader) => [reader, kept[group]!] as const)),
  );
  const parameters = new Int32Array(to.layout.length).fill(-1);
  for (const [index, { offset, shape }] of from.layout.slots.entries())
    parameters.set(
      keptPlaces(offset, shape, { inputs: inputs.get(index), outputs: outputs.get(index) }),
      to.layout.slots[index]!.offset,
    );
  const filters = from.layers.flatMap(({ offset, group }) => kept[group]!.map((channel) => offset + channel));
  return {
    parameters,
    statistics: Int32Array.from([...filters, ...filters.map((place) => from.channels + place)]),
    filters: Int32Array.from(filters),
  };
}

/** The values at these places; 0 where there is none. */
export const valuesAt = (values: Float32Array, places: Int32Array): Float32Array =>
  Float32Array.from(places, (place) => values[place] ?? 0);

/** Keeps some indices of the last axis (outputs) and of the one before it (inputs); all where undefined. */
function keptPlaces(
  offset: number,
  shape: readonly number[],
  { inputs, outputs }: { inputs: readonly number[] | undefined; outputs: readonly number[] | undefined },
): number[] {
  const last = shape.at(-1)!;
  const before = shape.at(-2) ?? 1;
  const size = shape.reduce((product, side) => product * side, 1);
  const result: number[] = [];
  for (let start = offset; start < offset + size; start += before * last) {
    for (const input of inputs ?? range(before)) {
      for (const output of outputs ?? range(last)) result.push(start + input * last + output);
    }
  }
  return result;
}

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);
