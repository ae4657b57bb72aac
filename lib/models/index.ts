import type { Dataset } from "../datasets/dataset.js";
import type { RunConfig } from "../runs/config.js";
import { basicNet } from "./basicnet.js";
import type { Network } from "./network.js";

export { basicNet, basicNetWidths, scaledBasicNetWidths } from "./basicnet.js";
export type { FilterLayer } from "./block.js";
export { initialParameters } from "./initialization.js";
export { ParameterLayout, type ParameterRole } from "./layout.js";
export { Network, type RunningStatistics } from "./network.js";

/** The network that a run's configuration describes, fitted to a dataset's images and classes. */
export function createNetwork(model: RunConfig["model"], dataset: Dataset): Network {
  const input: [number, number, number] = [dataset.height, dataset.width, dataset.channels];
  const { widths, normalization, groups, activation, negativeSlope } = model;
  return basicNet({
    widths,
    input,
    classes: dataset.classes.length,
    normalization: normalization === "group" ? { name: normalization, groups } : { name: normalization },
    activation: activation === "leaky-relu" ? { name: activation, negativeSlope } : { name: activation },
  });
}
