import type { Dataset } from "../datasets/dataset.js";
import { basicNet } from "./basicnet.js";
import type { ModelConfig } from "./config.js";
import type { Network } from "./network.js";
import { resNet } from "./resnet.js";
import { vgg } from "./vgg.js";

export { basicNet } from "./basicnet.js";
export type { ChannelGroup, FilterLayer } from "./block.js";
export { initialParameters } from "./initialization.js";
export { ParameterLayout, type ParameterRole } from "./layout.js";
export { Network, type RunningStatistics } from "./network.js";
export type { Normalization } from "./normalization.js";
export { resNet } from "./resnet.js";
export type { NetworkOptions } from "./stack.js";
export { vgg } from "./vgg.js";
export {
  basicNetWidths,
  publishedResNet,
  type ResidualBlock,
  type ResNetStructure,
  resnetWidths,
  scaledBasicNetWidths,
  vggWidths,
} from "./widths.js";

/** The network that a run's configuration describes, fitted to a dataset's images and classes. */
export function createNetwork(
  model: ModelConfig,
  dataset: Pick<Dataset, "height" | "width" | "channels" | "classes">,
): Network {
  const { name, widths, normalization, groups, activation, negativeSlope, stages = [], block } = model;
  const options = {
    widths,
    input: [dataset.height, dataset.width, dataset.channels] as [number, number, number],
    classes: dataset.classes.length,
    normalization: normalization === "group" ? { name: normalization, groups } : { name: normalization },
    activation: activation === "leaky-relu" ? { name: activation, negativeSlope } : { name: activation },
  };
  switch (name) {
    case "basicnet":
      return basicNet(options);
    case "vgg":
      return vgg(options);
    case "resnet":
      return resNet({ ...options, stages, block });
  }
}
