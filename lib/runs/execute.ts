import { type Dataset, firstOfEachClass, type ImageSet, loadDataset } from "../datasets/index.js";
import type { Engine } from "../engine/engine.js";
import { optimizerChain } from "../optimizers/index.js";
import { type Listener, type Outcome, type Score, Session, trainWith } from "../training/index.js";
import { beginning } from "./beginning.js";
import type { Checkpoints } from "./checkpoint-folder.js";
import { type RunConfig, runId } from "./config.js";
import { countCopies } from "./copies.js";
import { DeadCutter } from "./cut-dead.js";
import { describeEnvironment } from "./environment.js";
import { EpochLog, testMetrics } from "./epoch-log.js";
import { FilterLog } from "./filter-log.js";
import { Keeper } from "./keeper.js";
import { momentsOf } from "./moments.js";
import {
  type Copies,
  type Cut,
  type Environment,
  type Run,
  type RunRecord,
  recordVersion,
} from "./record.js";
import { Stopwatch } from "./stopwatch.js";

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
  /** Who else looks on, given the session before its first step; called after what the run itself does at an event. */
  watch?: (session: Session) => Listener;
  /** Ends the run with a checkpoint. */
  signal?: AbortSignal;
}

/** Training images that the probes before the last look at; the last one looks at all. */
export const probedImages = 1000;

/** Mini-batches, the same all through a run, over which a probe's gradients are a mean. */
const gradientBatches = 4;

/**
 * Trains one configuration with one seed, from its newest checkpoint if there is one: the result is the same, bit by
 * bit, as if it had never stopped. Touches no disk but the dataset cache and the checkpoints.
 */
export async function executeRun(config: RunConfig, options: ExecuteOptions): Promise<Run> {
  const { engine, seed, parent, onProgress, signal, checkpoints, watch } = options;
  const { locations = {}, load = loadDataset } = options;
  const openedAt = new Date().toISOString();
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
  const session = openSession(config, { engine, dataset, seed, parent });
  const { trainer, batches, network, steps } = session;
  progress.steps = steps;
  const environment = describeEnvironment(engine);
  const origin = {
    ...{ id: runId(config), seed, recordVersion, ...environment, kernels: engine.kernels },
    ...{ dataset: dataset.checksum, variables: trainer.variables },
  };
  let keeper: Keeper | undefined;
  try {
    const earlier = await checkpoints?.newest(origin);
    if (earlier) trainer.restore(earlier.trainer);
    const startedAt = earlier?.startedAt ?? openedAt;
    const resumes = earlier ? earlier.resumes + 1 : 0;
    const stopwatch = new Stopwatch(earlier?.seconds);
    const log = new FilterLog({
      ...{ trainer, batches, signal, train: dataset.train, seen: earlier?.probes },
      miniBatches: session.probeBatches(gradientBatches),
    });
    const epochs = new EpochLog({
      stepsPerEpoch: session.stepsPerEpoch,
      learningRate: (step) => config.optimizer.learningRate * session.factor(step),
      earlier,
    });
    const moments = momentsOf(session);
    const early = firstOfEachClass(dataset, probedImages);
    const test = () => stopwatch.time("evaluation", () => session.test(signal));
    const probe = (step: number, set: ImageSet) => {
      report({ phase: "probe", step });
      return stopwatch.time("probe", () => log.probe(step, set));
    };
    const endEpoch = async (step: number) => {
      const deadByScale = await log.deadByScale();
      report({ phase: "evaluate", step, deadShare: total(deadByScale) / network.channels });
      epochs.end(step, { deadByScale, test: moments.tested.has(step) ? await test() : undefined });
    };
    const measure: Listener = async (event) => {
      if (event.type === "reading") {
        epochs.add(event.score);
        report({ phase: "train", step: event.step, loss: event.score.loss / event.score.count });
      }
      if (event.type !== "stop") return;
      if (moments.epochEnds.has(event.step)) await endEpoch(event.step);
      if (moments.probed.has(event.step)) await probe(event.step, early);
    };
    const cutter =
      config.cutDead &&
      new DeadCutter({
        ...{ config, session, images: dataset },
        time: (work) => stopwatch.time("cut", work),
      });
    if (earlier?.cut) await cutter?.resume(earlier.cut);
    const readState = () => (cutter ?? trainer).state();
    keeper = new Keeper(checkpoints, readState, (position) => ({
      ...{ origin, startedAt, resumes, position, seconds: stopwatch.spent, cut: cutter?.standing },
      ...{ epochs: [...epochs.epochs], sinceEpoch: epochs.sinceEpoch, probes: [...log.seen] },
    }));

    if (!earlier) await probe(0, early);
    const outcome = await trainWith(session, {
      stops: [...moments.epochEnds, ...moments.probed, ...(cutter?.steps ?? [])],
      listeners: [
        ...(cutter ? [cutter.before] : []),
        ...[measure, keeper.listen, ...(watch ? [watch(session)] : [])],
        ...(cutter ? [cutter.after] : []),
      ],
      from: earlier?.position,
      signal,
    });
    await cutter?.finish();
    if (outcome.status === "diverged") await endEpoch(outcome.step);
    const whole = await probe(outcome.step, dataset.train);
    const tested = await test();
    epochs.finish(tested);
    const weights = await trainer.weights();
    const { maxActivation } = log.seen.at(-1)!.measures;
    const copies =
      outcome.status === "finished"
        ? await stopwatch.time("probe", () =>
            countCopies(weights, {
              ...{ session, maxActivation, tested, signal, set: dataset.train },
              test: () => session.test(signal),
            }),
          )
        : undefined;
    const record = recordOf({
      ...{ config, seed, environment, dataset, session, outcome, log, epochs, whole, tested, copies },
      cuts: cutter?.cuts,
      timing: { startedAt, resumes, stopwatch },
    });
    return { record, filters: log.table(), weights };
  } catch (error) {
    if (signal?.aborted) await keeper?.save();
    throw error;
  } finally {
    session.dispose();
    dataset.close();
  }
}

/** The session of a configuration: its network from initial weights, or from what is left of a parent's. */
export function openSession(
  config: RunConfig,
  {
    engine,
    dataset,
    seed,
    parent,
  }: { engine: Engine; dataset: Dataset; seed: number; parent: Run | undefined },
): Session {
  const { batchSize, schedule, filterNorm, cutDead } = config;
  const { augmentation } = config.dataset;
  const start = beginning(config, { dataset, seed, parent });
  const chain = optimizerChain({ ...config, steps: start.steps });
  return new Session({
    ...{ engine, dataset, chain, seed, batchSize, schedule, augmentation },
    ...(filterNorm !== undefined && { filterNorm }),
    ...(cutDead && { tracksReach: true }),
    ...start,
  });
}

interface Finished {
  config: RunConfig;
  seed: number;
  environment: Environment;
  dataset: Dataset;
  session: Session;
  outcome: Outcome;
  log: FilterLog;
  epochs: EpochLog;
  /** Scores at the end, in evaluation mode: of all training images, and of the test images. */
  whole: Score;
  tested: Score;
  copies: Copies | undefined;
  cuts: readonly Cut[] | undefined;
  timing: { startedAt: string; resumes: number; stopwatch: Stopwatch };
}

function recordOf({
  config,
  seed,
  environment,
  dataset,
  session,
  outcome,
  log,
  epochs,
  ...rest
}: Finished): RunRecord {
  const { whole, tested, copies, cuts, timing } = rest;
  const { network, batches } = session;
  const { mean, std } = batches.statistics;
  const dead = log.latest();
  const { total: seconds, evaluation, probe, cut } = timing.stopwatch.spent;
  return {
    version: recordVersion,
    id: runId(config),
    seed,
    status: outcome.status,
    config,
    environment,
    dataset: {
      ...{ name: dataset.name, source: dataset.source, checksum: dataset.checksum, classes: dataset.classes },
      trainImages: dataset.train.count,
      testImages: dataset.test.count,
      evaluatedOn: config.dataset.validationImages > 0 ? "validation" : "test",
      ...{ mean, std },
    },
    model: {
      parameters: network.layout.count,
      macs: network.macs,
      layers: network.layers.map(({ name, filters }) => ({ name, filters })),
    },
    epochs: epochs.epochs,
    probes: log.probes(),
    ...(cuts && { cuts: [...cuts] }),
    final: {
      step: outcome.step,
      trainLoss: whole.loss / whole.count,
      ...testMetrics(tested),
      layers: network.layers.map(({ name, filters }, layer) => ({
        ...{ name, filters },
        deadByScale: dead.deadByScale[layer]!,
        deadByActivation: dead.deadByActivation[layer]!,
      })),
      deadByScale: total(dead.deadByScale) / network.channels,
      deadByActivation: total(dead.deadByActivation) / network.channels,
      ...(copies && { copies }),
    },
    timing: {
      startedAt: timing.startedAt,
      seconds,
      trainSeconds: outcome.seconds,
      evaluationSeconds: evaluation,
      probeSeconds: probe,
      ...(cuts && { cutSeconds: cut }),
      millisecondsPerStep: (1000 * outcome.seconds) / outcome.step,
      resumes: timing.resumes,
    },
  };
}

const total = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
