import { UsageError } from "../errors.js";
import type { ArmOptions } from "../hypotheses/hypothesis.js";
import { findHypothesis, hypotheses } from "../hypotheses/index.js";
import { recordedArms } from "../hypotheses/recorded.js";
import type { OptimizerConfig } from "../optimizers/config.js";
import { optimizerName } from "../optimizers/config.js";
import { parseRunConfig, type RunConfig } from "../runs/config.js";
import { describeArm, describeDataset, shortNumber } from "../runs/describe.js";
import type { Arm, ArmRuns, Scale } from "../study/arm.js";
import { armSummary } from "../tables/summary.js";
import { type LoadOrTrainOptions, loadOrTrainArms } from "./runs.js";
import { showTable } from "./table.js";

/** What a reader changes. What is left out stays as in the hypothesis' own arm (see `arm`). */
export interface RerunSettings extends Pick<LoadOrTrainOptions, "workers" | "engine" | "locations"> {
  /** e.g. "h01": whose arms the run starts from and is shown beside. */
  hypothesis: `h${number}`;
  /** Default "quick": synthetic images, a minute or so. */
  scale?: Scale;
  /** Label of the arm that is changed, e.g. "Adam, L2 1e-2". Default: the hypothesis' first with this optimizer. */
  arm?: string;
  /** Default: the arm's. */
  optimizer?: OptimizerConfig["name"];
  /** Of SGD. */
  momentum?: number;
  learningRate?: number;
  /** "l2": added to the gradient before the optimizer sees it; "decoupled": weight decay beside it. */
  penalty?: "l2" | "decoupled";
  /** Strength of the penalty; multiplies the parameter itself, as PyTorch's `weight_decay`. */
  lambda?: number;
  batchSize?: number;
  steps?: number;
  /** Default [1]. */
  seeds?: readonly number[];
  /** Images other than the scale's own, e.g. { name: "cifar10", source: "jpeg" }. */
  dataset?: ArmOptions["dataset"];
}

/**
 * Trains one arm of a hypothesis with the reader's own settings, or loads it where it was trained before, with a line of
 * progress, and shows its dead share and test error beside the hypothesis' stored arms. Its records go to the cache, never
 * among the committed ones. Returns the arm with its runs. Throws `UsageError` on settings that make no run.
 */
export async function rerun(settings: RerunSettings): Promise<ArmRuns> {
  const { hypothesis: name, scale = "quick", seeds = [1], workers, engine, locations } = settings;
  if (seeds.length === 0 || !seeds.every((seed) => Number.isSafeInteger(seed) && seed >= 0))
    throw new UsageError(`seeds is [${seeds}]. Expected whole numbers, at least one, e.g. [1, 2, 3].`);
  const hypothesis = findHypothesis(name);
  const arm = ownArm(settings);
  const [own] = await loadOrTrainArms([arm], {
    seeds,
    place: "cache",
    ...(workers !== undefined && { workers }),
    ...(engine !== undefined && { engine }),
    ...(locations !== undefined && { locations }),
  });
  const stored = (await recordedArms(hypothesis, { scale })) ?? (await recordedArms(hypothesis));
  const others = (stored?.arms ?? []).filter(({ runs }) => runs.length > 0);
  showBeside(own!, others, stored?.scale === scale);
  return own!;
}

/** In one table where both are of a kind; else in two, for shares and errors of other images are no comparison. */
function showBeside(own: ArmRuns, stored: ArmRuns[], isSameScale: boolean): void {
  const [first] = stored;
  if (first && isSameScale && describeDataset(first.arm.config) === describeDataset(own.arm.config)) {
    showTable({ ...armSummary([own, ...stored]), title: "Your settings beside the stored arms" });
    return;
  }
  showTable({ ...armSummary([own]), title: `Your settings: ${describeDataset(own.arm.config)}` });
  if (!first) return;
  const table = armSummary(stored);
  showTable({
    ...table,
    title: `The stored arms: ${describeDataset(first.arm.config)}`,
    note: `Other images and another length of training than yours: compare which way it goes, not how far. ${table.note}`,
  });
}

/** The reader's arm. Throws `UsageError` where its settings fit no arm or make no run. */
export function ownArm(settings: RerunSettings): Arm {
  const { hypothesis, scale = "quick", dataset } = settings;
  const options: ArmOptions = { scale, ...(dataset && { dataset }) };
  const base = baseConfig(settings, options, findHypothesis(hypothesis).arms(options));
  const { optimizer, momentum, learningRate, penalty, lambda, batchSize, steps } = settings;
  if (momentum !== undefined && (optimizer ?? base.optimizer.name) !== "sgd")
    throw new UsageError(
      `momentum is ${momentum} with ${optimizer ?? base.optimizer.name}. Only "sgd" has one here.`,
    );
  const config = parseRunConfig({
    ...base,
    optimizer: {
      ...base.optimizer,
      ...(momentum !== undefined && { momentum }),
      ...(learningRate !== undefined && { learningRate }),
    },
    penalty: {
      ...base.penalty,
      ...(penalty !== undefined && { kind: penalty }),
      ...(lambda !== undefined && { lambda }),
    },
    ...(batchSize !== undefined && { batchSize }),
    ...(steps !== undefined && { steps }),
  });
  const changes = [
    learningRate !== undefined && `rate ${shortNumber(learningRate)}`,
    batchSize !== undefined && `batch ${batchSize}`,
    steps !== undefined && `${steps} steps`,
  ].filter(Boolean);
  return {
    label: [`Yours: ${describeArm(config)}`, ...changes].join(", "),
    optimizer: optimizerName(config.optimizer),
    lambda: config.penalty.lambda,
    config,
  };
}

/** The arm that the settings change: the one they name, else the first with their optimizer, else the first of all. */
function baseConfig({ arm: label, ...settings }: RerunSettings, options: ArmOptions, arms: Arm[]): RunConfig {
  const { optimizer: name } = settings;
  const fits = ({ config }: Arm) => !config.start && (name === undefined || config.optimizer.name === name);
  const base = label === undefined ? (arms.find(fits) ?? arms[0]) : arms.find((arm) => arm.label === label);
  if (!base) {
    const known = arms.map((arm) => `"${arm.label}"`).join(", ");
    throw new UsageError(`No arm is called "${label}" at scale ${options.scale}. Expected one of: ${known}.`);
  }
  if (name === undefined || base.config.optimizer.name === name) return base.config;
  return { ...base.config, optimizer: studiedOptimizer(name, { settings, options, fits }) };
}

/** An optimizer as the first arm of the collection that has it uses it. */
function studiedOptimizer(
  name: OptimizerConfig["name"],
  { settings, options, fits }: { settings: RerunSettings; options: ArmOptions; fits(arm: Arm): boolean },
): OptimizerConfig {
  const known = hypotheses.flatMap((hypothesis) => hypothesis.arms(options)).find(fits);
  if (known) return known.config.optimizer;
  const { learningRate } = settings;
  if (learningRate === undefined)
    throw new UsageError(
      `No arm of the collection has the optimizer ${name} at scale ${options.scale}. Give it a learningRate, e.g. 1e-3.`,
    );
  const { dataset, model, steps } = hypotheses[0]!.arms(options)[0]!.config;
  return parseRunConfig({ dataset, model, steps, optimizer: { name, learningRate } }).optimizer;
}
