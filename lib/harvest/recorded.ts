import { geometryMacs, listedWidths, networkGeometry } from "../models/geometry.js";
import { finalMeasure } from "../pruning/scores.js";
import { keptFilters, selectChannels } from "../pruning/selection.js";
import type { RunConfig } from "../runs/config.js";
import { modelOf } from "../runs/model-of.js";
import type { Run, RunRecord } from "../runs/record.js";

/** The model that is left with these filters in each layer, as `harvest` counts them. */
export function leftModel(record: RunRecord, filters: readonly number[]): RunConfig["model"] {
  const model = modelOf(record);
  return { ...model, widths: listedWidths(networkGeometry(model, record.config.dataset.size), filters) };
}

/** Cost of the network that is left when a run's inactive filters are cut. */
export interface Harvest {
  /** Multiply-accumulates of one image. */
  macs: number;
  /** Of the network that the run, or the first that it starts from, began with. */
  wholeMacs: number;
  /** Filters left in each layer. */
  filters: number[];
}

/**
 * What cutting a run's inactive filters leaves, from its record alone: no weights, no tfjs. By activation, the default,
 * the smaller network computes the same.
 */
export function harvest(
  { record, filters: table }: Run,
  method: "activation" | "scale" = "activation",
): Harvest {
  const { config, dataset } = record;
  const cost = { classes: dataset.classes.length, inputs: dataset.mean.length };
  const layers = networkGeometry(modelOf(record), config.dataset.size);
  const values = finalMeasure(method === "scale" ? "gamma" : "maxActivation", table, layers);
  const scores = values.map(Math.abs);
  const selection = selectChannels(layers, { scores, prune: { method } });
  return {
    macs: geometryMacs(layers, { ...cost, channels: selection.kept.map(({ length }) => length) }),
    wholeMacs: geometryMacs(networkGeometry(config.model, config.dataset.size), cost),
    filters: keptFilters(layers, selection),
  };
}
