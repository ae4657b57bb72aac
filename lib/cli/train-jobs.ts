import { constants } from "node:os";
import { runId } from "../runs/config.js";
import { forgetFailure, noteFailure } from "../runs/failures.js";
import type { Job, QueueEvent, QueueOptions, QueueResult } from "../runs/queue.js";
import { workQueue } from "../runs/queue.js";
import type { RunPlace } from "../runs/store.js";
import { setting } from "../settings.js";
import { Interrupted } from "./interrupted.js";
import type { Locations, TrainingOptions } from "./options.js";
import { endNow } from "./patience.js";
import { prepareData } from "./prepare-data.js";
import { openProgressView, type ProgressViewOptions } from "./progress.js";

export interface TrainJobsOptions
  extends Pick<TrainingOptions, "workers" | "threads" | "engine" | "fresh" | "light">,
    Pick<ProgressViewOptions, "onEngine" | "expectedPace"> {
  locations: Locations;
  place: RunPlace;
  onEvent?: (event: QueueEvent) => void;
  /** A signal that stops it besides those that every program ends by. */
  alsoStopOn?: NodeJS.Signals;
}

/** Short scales never touch the committed records, so that trying things out leaves the checkout clean. */
export const placeOf = (scale: string): RunPlace =>
  scale === "quick" || scale === "smoke" ? "cache" : "records";

/** Workers leave a checkpoint within seconds; what takes longer hangs. */
const graceMs = 10_000;
const exitCodeOf = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];

/** SIGPIPE: nobody reads what is printed any more. */
const ends = ["SIGINT", "SIGTERM", "SIGHUP", "SIGPIPE"] as const;

/**
 * Trains what is missing of the jobs, with progress on stderr. Ctrl-C ends it with `Interrupted`, after the workers
 * have ended. Throws `UserError` before any training where the data is not what it should be.
 */
export async function trainJobs(jobs: Job[], options: TrainJobsOptions): Promise<QueueResult> {
  const { locations, place, workers, threads, engine, fresh, light, onEngine, expectedPace, onEvent } =
    options;
  const signals: NodeJS.Signals[] = [...ends, ...(options.alsoStopOn ? [options.alsoStopOn] : [])];
  await prepareData(jobs, {
    locations,
    fresh,
    print: (line) => process.stderr.write(`${line}\n`),
  });
  const stop = new AbortController();
  let signal: NodeJS.Signals | undefined;
  let signaledAt = 0;
  const onSignal = (name: NodeJS.Signals) => {
    // npm hands on the signal that the terminal has sent already: only a later one is the reader's impatience.
    if (signal && performance.now() - signaledAt > 1000) endNow(exitCodeOf(signal));
    if (signal) return;
    signal = name;
    signaledAt = performance.now();
    stop.abort();
    if (name === options.alsoStopOn) return;
    const late = () => {
      process.stderr.write("The workers have not ended: stopped without their last checkpoints.\n");
      endNow(exitCodeOf(name));
    };
    setTimeout(late, graceMs).unref();
  };
  for (const name of signals) process.on(name, onSignal);
  const view = openProgressView({ onEngine, expectedPace });
  const notes: Promise<void>[] = [];
  const queueOptions: QueueOptions = {
    workers,
    threads,
    engine,
    locations,
    force: fresh,
    light,
    place,
    signal: stop.signal,
    onEvent: (event) => {
      view.handle(event);
      if (event.type === "failed" || event.type === "done") notes.push(noteOutcome(event));
      onEvent?.(event);
    },
    // Tests of the command line train by a module of their own.
    executor: setting("FILTER_SPARSITY_EXECUTOR"),
  };
  try {
    const result = await workQueue(jobs, queueOptions);
    view.close();
    if (signal) throw new Interrupted(signal, result);
    // Only now: after an interruption the second signal of the pair may still be under way.
    for (const name of signals) process.off(name, onSignal);
    return result;
  } finally {
    view.close();
    await Promise.all(notes);
  }
}

/** Keeps on disk why a run failed, for `sweep status`, until it is trained after all. */
function noteOutcome(event: Extract<QueueEvent, { type: "failed" | "done" }>): Promise<void> {
  const { config, seed } = event.job;
  const id = runId(config);
  return event.type === "failed" ? noteFailure(id, seed, event.message) : forgetFailure(id, seed);
}
