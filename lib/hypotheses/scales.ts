import { basicNetWidths, scaledBasicNetWidths } from "../models/widths.js";
import { parseRunConfig, type RunConfig, type RunConfigInput } from "../runs/config.js";
import type { Scale } from "../study/arm.js";
import type { ArmOptions } from "./hypothesis.js";

/** What all arms of a hypothesis share at a scale. */
interface ScaleDefaults {
  dataset: RunConfigInput["dataset"];
  widths: number[];
  batchSize: number;
  steps: number;
  /** High for most of the run: a filter's gamma has to travel from 1 to 1e-3. */
  schedule: RunConfigInput["schedule"];
}

const step = { name: "step" as const, milestones: [0.6, 0.85] };

export const scaleDefaults: Record<Scale, ScaleDefaults> = {
  smoke: {
    dataset: { name: "synthetic", source: "builtin", size: 8, trainImages: 200 },
    widths: [4, 4, 4, 8, 8],
    batchSize: 20,
    steps: 30,
    schedule: step,
  },
  quick: {
    dataset: { name: "synthetic", source: "builtin", size: 16 },
    widths: scaledBasicNetWidths(1 / 8),
    batchSize: 40,
    steps: 1000,
    schedule: step,
  },
  lite: {
    dataset: { name: "cifar10", size: 16, trainImages: 10_000 },
    widths: scaledBasicNetWidths(1 / 4),
    batchSize: 40,
    steps: 5000,
    schedule: step,
  },
  reduced: {
    dataset: { name: "cifar10" },
    widths: scaledBasicNetWidths(1 / 4),
    batchSize: 40,
    steps: 50_000,
    schedule: step,
  },
  paper: {
    dataset: { name: "cifar10" },
    widths: basicNetWidths,
    batchSize: 40,
    steps: 312_500,
    schedule: step,
  },
};

/** What an arm changes: whole sections, but of the dataset and the model only the fields it names. */
export type ConfigChanges = Pick<RunConfigInput, "optimizer"> &
  Partial<Omit<RunConfigInput, "dataset" | "model">> & {
    dataset?: Partial<RunConfigInput["dataset"]>;
    model?: Partial<RunConfigInput["model"]>;
  };

/** A configuration at a scale: its defaults, the dataset asked for instead of its own, and an arm's changes. */
export function configAt({ scale, dataset }: ArmOptions, changes: ConfigChanges): RunConfig {
  const { widths, ...defaults } = scaleDefaults[scale];
  return parseRunConfig({
    ...defaults,
    ...changes,
    model: { widths, ...changes.model },
    dataset: { ...defaults.dataset, ...dataset, ...changes.dataset },
  });
}
