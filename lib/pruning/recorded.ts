import { geometryMacs, networkGeometry } from "../models/geometry.js";
import type { RunConfig } from "../runs/config.js";
import type { Run, RunRecord } from "../runs/record.js";
import { finalMeasure } from "./scores.js";
import { keptFilters, selectChannels } from "./selection.js";

/** The model that a run trained: its configuration's, with the widths that it was trained at. */
export function modelOf({ config, model }: Pick<RunRecord, "config" | "model">): RunConfig["model"] {
  const geometry = networkGeometry(config.model, config.dataset.size);
  const widths = geometry.flatMap(({ listed }, layer) => (listed ? model.layers[layer]!.filters : []));
  return { ...config.model, widths };
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
