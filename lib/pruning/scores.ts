import { UserError } from "../errors.js";
import type { Network } from "../models/network.js";
import type { ModelWeights } from "../models/weights.js";
import type { FilterTable } from "../sparsity/filter-table.js";
import type { PruneConfig } from "./config.js";
import type { LayerChannels } from "./selection.js";

/** What filters are judged by. */
export interface JudgedModel {
  network: Network;
  weights: ModelWeights;
  /** Of its run: where the measure by activation comes from. */
  filters: FilterTable;
}

/**
 * How strong each filter is, [channels] in the order of `network.layers`: its largest |activation| over the training
 * images, |gamma|, or the L1 norm of its weights. Throws `UserError` where the model has no such measure.
 */
export function filterScores(method: PruneConfig["method"], model: JudgedModel): Float32Array {
  switch (method) {
    case "activation":
      return finalMeasure("maxActivation", model.filters, model.network.layers);
    case "scale":
    case "slimming":
      return scales(model);
    case "magnitude":
      return weightNorms(model);
  }
}

/** A measure of every filter at the last probe, [filters of all layers]. */
export function finalMeasure(
  measure: "gamma" | "maxActivation",
  filters: FilterTable,
  layers: readonly LayerChannels[],
): Float32Array {
  const last = filters.step.at(-1);
  const values = new Float32Array(layers.reduce((sum, layer) => sum + layer.filters, 0));
  for (let row = filters.step.length - values.length; row < filters.step.length; row++) {
    const layer = layers[filters.layer[row]!];
    if (filters.step[row] !== last || !layer)
      throw new UserError("The per-filter table is of another network than the run's. Train the run again.");
    values[layer.offset + filters.filter[row]!] = filters[measure][row]!;
  }
  return values;
}

function scales({ network, weights }: JudgedModel): Float32Array {
  const scores = new Float32Array(network.channels);
  for (const { name, gamma, offset } of network.layers) {
    if (gamma === undefined)
      throw new UserError(
        `Layer ${name} has no gamma (its normalization is "none"), so its filters have no scale. Choose by activation.`,
      );
    const values = network.layout.view(weights.parameters, network.layout.slots[gamma]!);
    scores.set(values.map(Math.abs), offset);
  }
  return scores;
}

function weightNorms({ network, weights }: JudgedModel): Float32Array {
  const scores = new Float32Array(network.channels);
  for (const { weight, filters, offset } of network.layers) {
    const values = network.layout.view(weights.parameters, network.layout.slots[weight]!);
    for (const [index, value] of values.entries()) scores[offset + (index % filters)]! += Math.abs(value);
  }
  return scores;
}
