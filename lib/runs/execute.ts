import { firstOfEachClass, type ImageSet, loadDataset } from "../datasets/index.js";
import type { Engine } from "../engine/engine.js";
import { optimizerChain } from "../optimizers/index.js";
import { probeSteps } from "../sparsity/index.js";
import {
  addScores,
  BatchMaker,
  BatchOrder,
  emptyScore,
  evaluate,
  type Score,
  scheduleFactor,
  Trainer,
  trainingLoop,
} from "../training/index.js";
import { beginning } from "./beginning.js";
import type { Checkpoint } from "./checkpoint.js";
import type { Checkpoints } from "./checkpoint-folder.js";
import { type RunConfig, runId } from "./config.js";
import { describeEnvironment } from "./environment.js";
import { FilterLog } from "./filter-log.js";
import { type EpochMetrics, type Run, recordVersion } from "./record.js";

/** What a view of a run in progress shows. */
export interface RunProgress {
  phase: "data" | "train" | "evaluate" | "probe";
  step: number;
  steps: number;
  /** Mean loss of the latest steps, nats. */
  loss: number;
  /** Share of filters inactive by scale at the latest look, 0 to 1. */
  deadShare: number;
}

export interface ExecuteOptions {
  engine: Engine;
  seed: number;
  /** Of a configuration that starts from another run: that run, with its weights. */
  parent?: Run | undefined;
  /** Folder of each dataset that is not built in or cached, by dataset name. */
  locations?: Record<string, string>;
  /** Where the run's checkpoints are kept. Default: nowhere. */
  checkpoints?: Pick<Checkpoints, "newest" | "due" | "save">;
  /** What loads the dataset. Default: `loadDataset`. */
  load?: typeof loadDataset;
  onProgress?: (progress: RunProgress) => void;
  /** Ends the run with a checkpoint. */
  signal?: AbortSignal;
}

/** Test evaluations over a run, evenly spaced over its epochs; the last is at its end. */
const evaluations = 8;

/** Training images that the probes before the last look at; the last one looks at all. */
const probedImages = 1000;

/** Mini-batches, the same all through a run, over which a probe's gradients are a mean. */
const gradientBatches = 4;

/**
 * Trains one configuration with one seed, from its newest checkpoint if there is one: the result is the same, bit by
 * bit, as if it had never stopped. Touches no disk but the dataset cache and the checkpoints.
 */
export async function executeRun(config: RunConfig, options: ExecuteOptions): Promise<Run> {
  const { engine, seed, parent, onProgress, signal } = options;
  const { locations = {}, checkpoints, load = loadDataset } = options;
  const { batchSize } = config;
  const openedAt = Date.now();
  const progress: RunProgress = {
    phase: "data",
    step: 0,
    steps: config.steps,
    loss: Number.NaN,
    deadShare: 0,
  };
  const report = (changes: Partial<RunProgress> = {}) =>
    onProgress?.({ ...Object.assign(progress, changes) });
  report();

  const dataset = await load(config.dataset, { location: locations[config.dataset.name], signal });
  const batches = new BatchMaker(dataset, { augmentation: config.dataset.augmentation, seed });
  const { network, steps, ...values } = beginning(config, { dataset, seed, parent });
  progress.steps = steps;
  const trainer = new Trainer({ network, engine, chain: optimizerChain(config), ...values, batchSize });
  const id = runId(config);
  const environment = describeEnvironment(engine);
  const { variables } = trainer;
  const origin = { id, seed, recordVersion, ...environment, dataset: dataset.checksum, variables };
  /** The latest moment that training can go on from; the trainer's part is read only when it is saved. */
  let standing: Omit<Checkpoint, "trainer"> | undefined;
  const save = async () => {
    if (!checkpoints || !standing) return;
    const state = await trainer.state();
    // After a divergence the trainer is further on.
    if (state.steps === standing.position.step) await checkpoints.save({ ...standing, trainer: state });
  };
  try {
    const earlier = await checkpoints?.newest(origin);
    if (earlier) trainer.restore(earlier.trainer);
    const startedAt = earlier?.startedAt ?? new Date(openedAt).toISOString();
    const resumes = earlier ? earlier.resumes + 1 : 0;
    const totalSeconds = () => (earlier?.seconds.total ?? 0) + (Date.now() - openedAt) / 1000;
    const seconds = { evaluation: earlier?.seconds.evaluation ?? 0, probe: earlier?.seconds.probe ?? 0 };
    const timed = async <T>(part: keyof typeof seconds, work: () => Promise<T>): Promise<T> => {
      const start = performance.now();
      const result = await work();
      seconds[part] += (performance.now() - start) / 1000;
      return result;
    };
    const factor = (step: number) => scheduleFactor(config.schedule, step, steps);
    const test = () => timed("evaluation", () => evaluate(trainer, batches, dataset.test, undefined, signal));
    const { count } = dataset.train;
    const order = new BatchOrder({ count, batchSize, seed });
    const { stepsPerEpoch } = order;
    const probeOrder = new BatchOrder({ count, batchSize, seed, stream: "probe" });
    const miniBatches = Array.from({ length: gradientBatches }, (_, k) => probeOrder.at(k).indices);
    const log = new FilterLog({
      trainer,
      batches,
      train: dataset.train,
      miniBatches,
      seen: earlier?.probes,
      signal,
    });
    const probe = async (step: number, set: ImageSet) => {
      report({ phase: "probe", step });
      return timed("probe", () => log.probe(step, set));
    };

    const epochEnds = new Set(epochSteps(stepsPerEpoch, steps));
    const tested = new Set(evenly([...epochEnds], evaluations).filter((step) => step < steps));
    const probed = new Set(probeSteps(steps).filter((step) => step < steps));
    const early = firstOfEachClass(dataset, probedImages);
    const epochs: EpochMetrics[] = [...(earlier?.epochs ?? [])];
    let sinceEpoch = earlier?.sinceEpoch ?? emptyScore;
    const endEpoch = async (step: number) => {
      const deadByScale = await log.deadByScale();
      const deadShare = deadByScale.reduce((a, b) => a + b, 0) / network.channels;
      report({ phase: "evaluate", step, deadShare });
      const tests = tested.has(step) ? await test() : emptyScore;
      epochs.push({
        epoch: step / stepsPerEpoch,
        step,
        learningRate: config.optimizer.learningRate * factor(step),
        trainLoss: sinceEpoch.loss / sinceEpoch.count,
        trainError: sinceEpoch.errors / sinceEpoch.count,
        testLoss: tests.loss / tests.count,
        testError: tests.errors / tests.count,
        deadByScale,
      });
      sinceEpoch = emptyScore;
    };

    if (!earlier) await probe(0, early);
    const outcome = await trainingLoop({
      trainer,
      data: dataset.train,
      batches,
      order,
      steps,
      classes: dataset.classes.length,
      factor,
      stops: [...epochEnds, ...probed],
      onReading(step, latest) {
        sinceEpoch = addScores(sinceEpoch, latest);
        report({ phase: "train", step, loss: latest.loss / latest.count });
      },
      async onStop(step) {
        if (epochEnds.has(step)) await endEpoch(step);
        if (probed.has(step)) await probe(step, early);
      },
      from: earlier?.position,
      async onPosition(position) {
        const sofar = { epochs: [...epochs], sinceEpoch, probes: [...log.seen] };
        const spent = { ...seconds, total: totalSeconds() };
        standing = { origin, startedAt, resumes, position, ...sofar, seconds: spent };
        if (checkpoints?.due) await save();
      },
      signal,
    });
    if (outcome.status === "diverged") await endEpoch(outcome.step);

    const whole = await probe(outcome.step, dataset.train);
    const final = await test();
    Object.assign(epochs.at(-1)!, measures(final));
    const dead = log.latest();
    const sum = (counts: number[]) => counts.reduce((a, b) => a + b, 0) / network.channels;
    const inputs = batches.statistics;
    return {
      record: {
        version: recordVersion,
        id,
        seed,
        status: outcome.status,
        config,
        environment,
        dataset: {
          name: dataset.name,
          source: dataset.source,
          checksum: dataset.checksum,
          classes: dataset.classes,
          trainImages: dataset.train.count,
          testImages: dataset.test.count,
          evaluatedOn: config.dataset.validationImages > 0 ? "validation" : "test",
          mean: inputs.mean,
          std: inputs.std,
        },
        model: {
          parameters: network.layout.count,
          macs: network.macs,
          layers: network.layers.map(({ name, filters }) => ({ name, filters })),
        },
        epochs,
        probes: log.probes(),
        final: {
          step: outcome.step,
          trainLoss: whole.loss / whole.count,
          ...measures(final),
          layers: network.layers.map(({ name, filters }, layer) => ({
            name,
            filters,
            deadByScale: dead.deadByScale[layer]!,
            deadByActivation: dead.deadByActivation[layer]!,
          })),
          deadByScale: sum(dead.deadByScale),
          deadByActivation: sum(dead.deadByActivation),
        },
        timing: {
          startedAt,
          seconds: totalSeconds(),
          trainSeconds: outcome.seconds,
          evaluationSeconds: seconds.evaluation,
          probeSeconds: seconds.probe,
          millisecondsPerStep: (1000 * outcome.seconds) / outcome.step,
          resumes,
        },
      },
      filters: log.table(),
      weights: await trainer.weights(),
    };
  } catch (error) {
    if (signal?.aborted) await save();
    throw error;
  } finally {
    trainer.dispose();
    dataset.close();
  }
}

const measures = ({ loss, errors, count }: Score) => ({ testLoss: loss / count, testError: errors / count });

/** The last step of every epoch, and the last of all. */
function epochSteps(stepsPerEpoch: number, steps: number): number[] {
  const ends = Array.from(
    { length: Math.floor(steps / stepsPerEpoch) },
    (_, epoch) => (epoch + 1) * stepsPerEpoch,
  );
  return ends.at(-1) === steps ? ends : [...ends, steps];
}

/** `count` of the items, evenly spaced, the last among them. */
function evenly<T>(items: T[], count: number): T[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, k) => items[Math.ceil(((k + 1) * items.length) / count) - 1]!);
}
