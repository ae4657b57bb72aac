import { optimizerName } from "../optimizers/config.js";
import { type Penalty, parameterRoles } from "../optimizers/penalty-config.js";
import type { RunConfig } from "../runs/config.js";
import { networkTitle, penaltyPath, penaltySpan } from "../runs/describe.js";

/** A value of a factor. */
export type Level = string | number;

/** What arms may differ in, by the names that tables, figures and selections use. */
export interface Factors {
  /** "Adam", "SGD+momentum" */
  optimizer: string;
  /** Learning rate before any schedule. */
  rate: number;
  /** Form of the penalty; "none" where lambda is 0. */
  penalty: "none" | "L2" | "decoupled";
  /** Strength of the penalty. */
  lambda: number;
  /** Where the penalty enters a step: "in both moments", "around them", "none". */
  path: string;
  /** When the penalty acts: "throughout", "in the first 30 %", "none". */
  span: string;
  /** Share of its initial norm at which a filter's weights are held. */
  filterNorm: number | "free";
  /** Whether dead filters are cut out in training: "never", "every 250 steps". */
  cutting: string;
  /** What the penalty reaches: "all parameters", "weights only", "γ and β only". */
  on: string;
  /** Strength of the L1 penalty on gamma (network slimming). */
  l1Gamma: number;
  /** "steps", "steps, warm-up", "cosine decay" */
  schedule: string;
  /** Images of a mini-batch. */
  batch: number;
  steps: number;
  /** Images seen over the training, each time counted: equal where epochs are equal. */
  images: number;
  /** Of the dataset: "cifar10". */
  dataset: string;
  /** Classes told apart; "all" of the dataset's. */
  classes: number | "all";
  /** Share of the training labels that are wrong, 0 to 1. */
  labelNoise: number;
  /** "BasicNet", "VGG-11" */
  network: string;
  /** Widths listed. */
  layers: number;
  /** Filters of all layers before anything is cut. */
  filters: number;
  /** "BatchNorm", "GroupNorm", "LayerNorm", "none" */
  normalization: string;
  /** "ReLU", "Leaky ReLU" */
  activation: string;
  /** "initial weights", or what was cut from another run before this one began: "fine-tuned", "from scratch". */
  start: "initial weights" | "fine-tuned" | "from scratch";
}

/** The factors of a configuration. */
export function factorsOf(config: RunConfig): Factors {
  const known = factors.get(config);
  if (known) return known;
  const { optimizer, penalty, schedule, batchSize, steps, dataset, model, start } = config;
  const { classes } = dataset;
  const own: Factors = {
    optimizer: optimizerName(optimizer),
    rate: optimizer.learningRate,
    penalty: penalty.lambda === 0 ? "none" : penalty.kind === "l2" ? "L2" : "decoupled",
    lambda: penalty.lambda,
    path: penalty.lambda === 0 ? "none" : penaltyPath(penalty),
    span: penalty.lambda === 0 ? "none" : penaltySpan(penalty),
    filterNorm: config.filterNorm ?? "free",
    cutting: config.cutDead ? `every ${config.cutDead.every} steps` : "never",
    on: reachOf(penalty),
    l1Gamma: penalty.l1Gamma,
    schedule: scheduleName(schedule),
    batch: batchSize,
    steps,
    images: steps * batchSize,
    dataset: dataset.name,
    classes: typeof classes === "number" ? classes : (classes?.length ?? "all"),
    labelNoise: dataset.labelNoise,
    network: networkTitle(model),
    layers: model.widths.length,
    filters: model.widths.reduce((sum, width) => sum + width, 0),
    normalization: normalizations[model.normalization],
    activation: activations[model.activation],
    start: start === undefined ? "initial weights" : start.weights === "kept" ? "fine-tuned" : "from scratch",
  };
  factors.set(config, own);
  return own;
}

const factors = new WeakMap<RunConfig, Factors>();

const roles: Record<Penalty["on"][number], string> = {
  weight: "weights",
  gamma: "γ",
  beta: "β",
  bias: "biases",
};

const reachOf = ({ on }: Penalty): string =>
  on.length === parameterRoles.length
    ? "all parameters"
    : `${on.map((role) => roles[role]).join(" and ")} only`;

function scheduleName({ name, milestones, warmup }: RunConfig["schedule"]): string {
  const names = { constant: "constant", step: "steps", cosine: "cosine decay", "one-cycle": "one cycle" };
  const own = name === "step" && milestones.length === 0 ? names.constant : names[name];
  return warmup > 0 ? `${own}, warm-up` : own;
}

const normalizations: Record<RunConfig["model"]["normalization"], string> = {
  batch: "BatchNorm",
  group: "GroupNorm",
  layer: "LayerNorm",
  none: "none",
};

const activations: Record<RunConfig["model"]["activation"], string> = {
  relu: "ReLU",
  "leaky-relu": "Leaky ReLU",
  elu: "ELU",
  gelu: "GELU",
  silu: "SiLU",
};
