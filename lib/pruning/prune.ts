import type { FilterTable } from "../sparsity/filter-table.js";
import type { PruneConfig } from "./config.js";
import type { TrainedModel } from "./model.js";
import { filterScores } from "./scores.js";
import { keptFilters, selectChannels } from "./selection.js";
import { cutChannels } from "./surgery.js";

export interface PruneOptions {
  prune: PruneConfig;
  /** Of the model's run. */
  filters: FilterTable;
  /** Widths are rounded up to multiples of this. Default 1. */
  multiple?: number;
}

export interface LayerCount {
  name: string;
  total: number;
  remaining: number;
}

/** Cost of a network. */
export interface Cost {
  parameters: number;
  /** Multiply-accumulates of one image. */
  macs: number;
  filters: number;
}

export interface Pruned {
  /** The very same object where nothing was cut. */
  model: TrainedModel;
  layers: LayerCount[];
  /** Layers that would have been left with no filter, and keep their strongest. */
  spared: string[];
}

/**
 * Cuts filters out of a model: importance (`filterScores`), choice (`selectChannels`) and surgery (`cutChannels`) one
 * after another. What is cut by scale or by network slimming is taken to emit a constant, else nothing.
 */
export function prune(trained: TrainedModel, { prune, filters, multiple }: PruneOptions): Pruned {
  const { network, weights } = trained;
  const scores = filterScores(prune.method, { network, weights, filters });
  const selection = selectChannels(network.layers, { scores, prune, ...(multiple && { multiple }) });
  const remaining = keptFilters(network.layers, selection);
  const layers = network.layers.map(({ name, filters: total }, index) => ({
    ...{ name, total, remaining: remaining[index]! },
  }));
  const { kept, spared } = selection;
  if (layers.every((layer) => layer.total === layer.remaining)) return { model: trained, layers, spared };
  const emits = prune.method === "scale" || prune.method === "slimming" ? "constant" : "nothing";
  return { model: cutChannels(trained, { kept, emits }), layers, spared };
}

export const costOf = ({ network }: TrainedModel): Cost => ({
  parameters: network.layout.count,
  macs: network.macs,
  filters: network.channels,
});
