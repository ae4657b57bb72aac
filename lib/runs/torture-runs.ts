import { datasetChecksum } from "../datasets/checksum.js";
import type { Dataset } from "../datasets/dataset.js";
import { memoryImages } from "../datasets/image-sets.js";
import { openRandom, type Random } from "../random.js";
import { parseRunConfig, type RunConfig, type RunConfigInput } from "./config.js";

const side = 8;
const channels = 3;
const classes = ["dark", "light"];

const common: RunConfigInput = {
  dataset: { name: "torture", source: "builtin", size: side },
  model: { widths: [4, 6, 6] },
  optimizer: { name: "adam", learningRate: 1e-2 },
  penalty: { lambda: 1e-2 },
  schedule: { name: "step", milestones: [0.6] },
  batchSize: 20,
  steps: 20,
};

/** Different state to be kept: none, one vector, two, three; and a loss that stops being finite. */
const variants: RunConfig[] = [
  {},
  { optimizer: { name: "sgd", learningRate: 0.05 } },
  {
    optimizer: { name: "sgd", learningRate: 0.05, momentum: 0.9 },
    penalty: { kind: "decoupled", lambda: 1e-3 },
  },
  { optimizer: { name: "amsgrad", learningRate: 1e-2 } },
  { optimizer: { name: "sgd", learningRate: 100, momentum: 0.9 }, penalty: { lambda: 1 } },
].map((changes) => parseRunConfig({ ...common, ...changes } as RunConfigInput));

/** The run of a number, counted from 0. */
export const tortureRun = (number: number): { config: RunConfig; seed: number } => ({
  config: variants[number % variants.length]!,
  seed: 1 + Math.floor(number / variants.length),
});

/** Noise around a gray that depends on the class: 160 training and 60 test images, there at once. */
export function tortureDataset(): Dataset {
  const random = openRandom(1, "torture");
  const parts = {
    ...{ classes, height: side, width: side, channels },
    train: noise(160, random),
    test: noise(60, random),
  };
  return { name: "torture", source: "builtin", ...parts, checksum: datasetChecksum(parts), close() {} };
}

function noise(count: number, random: Random) {
  const labels = Uint16Array.from({ length: count }, (_, index) => index % classes.length);
  const bytes = side * side * channels;
  const images = Uint8Array.from(
    { length: count * bytes },
    (_, i) => 60 + 40 * labels[Math.floor(i / bytes)]! + random.integer(100),
  );
  return memoryImages(images, labels);
}
