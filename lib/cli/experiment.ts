import type { Arm, ArmRuns, Hypothesis, Scale } from "../hypotheses/hypothesis.js";
import { collectArmRuns } from "../runs/collect.js";
import { defaultWorkers, type Job, type QueueResult, workQueue } from "../runs/queue.js";
import { Interrupted } from "./interrupted.js";
import type { Locations, TrainingOptions } from "./options.js";
import { prepareData } from "./prepare-data.js";
import { openProgressView, type ProgressViewOptions } from "./progress.js";

export interface Experiment {
  hypothesis: Hypothesis;
  arms: Arm[];
  scale: Scale;
  seeds: number[];
  locations: Locations;
}

export interface ExperimentResult {
  runs: ArmRuns[];
  queue: QueueResult;
}

/** Short scales never touch the committed records, so that trying things out leaves the checkout clean. */
const placeOf = (scale: Scale) => (scale === "quick" || scale === "smoke" ? "cache" : "records");

/** Every run of the experiment, an arm's seeds one after the other. */
export const jobsOf = ({ arms, seeds }: Experiment): Job[] =>
  seeds.flatMap((seed) => arms.map(({ label, config }) => ({ label, config, seed })));

export const workersOf = ({ workers = defaultWorkers() }: TrainingOptions, jobs: number): number =>
  Math.max(1, Math.min(workers, jobs));

/**
 * Trains what the experiment lacks, with progress on stderr, and returns its runs. Ctrl-C ends it with `Interrupted`,
 * after the workers have ended. Throws `UserError` before any training where the data is not what it should be.
 */
export async function runExperiment(
  experiment: Experiment,
  options: TrainingOptions,
  { onEngine }: Pick<ProgressViewOptions, "onEngine"> = {},
): Promise<ExperimentResult> {
  const { arms, scale, seeds, locations } = experiment;
  const { workers, threads, engine, fresh } = options;
  await prepareData(jobsOf(experiment), {
    locations,
    fresh,
    print: (line) => process.stderr.write(`${line}\n`),
  });
  const stop = new AbortController();
  let signal: NodeJS.Signals | undefined;
  let signaledAt = 0;
  const onSignal = (name: NodeJS.Signals) => {
    // npm hands on the signal that the terminal has sent already: only a later one is the reader's impatience.
    if (signal && performance.now() - signaledAt > 1000) process.exit(130);
    if (signal) return;
    signal = name;
    signaledAt = performance.now();
    stop.abort();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of signals) process.on(name, onSignal);
  const view = openProgressView({ onEngine });
  try {
    const queue = await workQueue(jobsOf(experiment), {
      workers,
      threads,
      engine,
      locations,
      force: fresh,
      place: placeOf(scale),
      signal: stop.signal,
      onEvent: (event) => view.handle(event),
      // Tests of the command line train by a module of their own.
      executor: process.env.FILTER_SPARSITY_EXECUTOR,
    });
    view.close();
    if (signal) throw new Interrupted(signal, queue);
    // Only now: after an interruption the second signal of the pair may still be under way.
    for (const name of signals) process.off(name, onSignal);
    return { runs: await collectArmRuns(arms, { seeds }), queue };
  } finally {
    view.close();
  }
}
