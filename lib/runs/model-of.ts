import { listedWidths, networkGeometry } from "../models/geometry.js";
import type { ImageShape } from "../pruning/model.js";
import type { RunConfig } from "./config.js";
import type { RunRecord } from "./record.js";

/** The model that a run trained: its configuration's, with the widths that it was trained at. */
export function modelOf({ config, model }: Pick<RunRecord, "config" | "model">): RunConfig["model"] {
  const geometry = networkGeometry(config.model, config.dataset.size);
  const filters = model.layers.map((layer) => layer.filters);
  return { ...config.model, widths: listedWidths(geometry, filters) };
}

/** The images that a run's network takes. */
export const imagesOf = ({ config, dataset }: Pick<RunRecord, "config" | "dataset">): ImageShape => ({
  height: config.dataset.size,
  width: config.dataset.size,
  channels: dataset.mean.length,
  classes: dataset.classes,
});
