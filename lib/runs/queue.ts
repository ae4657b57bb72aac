import { availableParallelism, totalmem } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { EngineName } from "../engine/engine.js";
import { messageOf, UserError } from "../errors.js";
import { admitTraining } from "./admission.js";
import { claimRun, describeHolder } from "./claim.js";
import { type RunConfig, runId } from "./config.js";
import { trainingCost } from "./cost.js";
import type { RunProgress } from "./execute.js";
import type { RunRecord } from "./record.js";
import { findRun, type RunPlace } from "./store.js";
import { refuseNewer, whyMissed } from "./train.js";
import { WorkerProcess } from "./worker-process.js";

/** One run to be had. */
export interface Job {
  /** The arm's label. */
  label: string;
  config: RunConfig;
  seed: number;
}

export type QueueEvent =
  | { type: "hit"; job: Job; record: RunRecord }
  | { type: "miss"; job: Job; why: string }
  | { type: "ready"; worker: number; engine: EngineName; version: string }
  /** Another process trains it; it is looked at again once everything else is done. */
  | { type: "wait"; job: Job; holder: string }
  | { type: "start"; job: Job; worker: number }
  | { type: "progress"; job: Job; worker: number; progress: RunProgress }
  /** A line that the reader should know, e.g. that the run goes on from a checkpoint. */
  | { type: "note"; job: Job; worker: number; message: string }
  | { type: "done"; job: Job; worker: number; seconds: number; diverged: boolean }
  | { type: "failed"; job: Job; worker: number; message: string };

export interface QueueOptions {
  /** Processes at work at once. Default: one a core, fewer where memory is short. */
  workers?: number;
  /** Threads within each. Default 1: at these sizes more workers beat more threads. */
  threads?: number;
  /** Default: the best one found. */
  engine?: EngineName;
  locations?: Record<string, string>;
  place?: RunPlace;
  /** Train also what has a record. Default false. */
  force?: boolean;
  onEvent?: (event: QueueEvent) => void;
  /** Stops the queue: workers leave their runs with a checkpoint and end, finished records stay. */
  signal?: AbortSignal;
  /** Seconds between two checkpoints of a run. Default 30, or `FILTER_SPARSITY_CHECKPOINT_SECONDS`. */
  checkpointSeconds?: number;
  /** Keep of each new run's filters only two probes: see `lightRun`. Default false. */
  light?: boolean;
  /** Module that trains in place of the real one. */
  executor?: string;
}

export interface QueueResult {
  found: Job[];
  trained: Job[];
  failed: { job: Job; message: string }[];
  /** Jobs left when the queue was stopped. */
  left: Job[];
}

/** A worker at lite scale stays below this, with its copy of the images. */
const bytesPerWorker = 1.5 * 2 ** 30;
const pollMs = 2000;

/** Workers at once where nobody says otherwise: one a core, as far as memory (or the container's share of it) reaches. */
export function defaultWorkers(): number {
  const memory = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  return Math.max(1, Math.min(availableParallelism(), Math.floor(memory / bytesPerWorker)));
}

/**
 * Works jobs off in child processes, the longest first, but none before the one that it starts from. Each record is on
 * disk as soon as its run ends; a run that fails, or takes its worker with it, stops no other. Throws only if no run can
 * be had: the engine does not open, the disk is full.
 */
export async function workQueue(jobs: Job[], options: QueueOptions = {}): Promise<QueueResult> {
  const { workers = defaultWorkers(), threads = 1, engine, executor, locations = {}, signal } = options;
  const { place = "records", force = false, checkpointSeconds, light, onEvent = () => {} } = options;
  const result: QueueResult = { found: [], trained: [], failed: [], left: [] };
  const pending: Job[] = [];
  const held = new Set<Job>();

  const all = distinct(jobs);
  for (const job of all) {
    const found = await findRun(runId(job.config), job.seed);
    refuseNewer(found);
    if (found.state === "finished" && !force) {
      result.found.push(job);
      onEvent({ type: "hit", job, record: found.record });
    } else {
      pending.push(job);
      const why = found.state === "finished" ? "to be trained afresh" : whyMissed(found);
      onEvent({ type: "miss", job, why });
    }
  }
  pending.sort(
    (a, b) => generation(a.config) - generation(b.config) || trainingCost(b.config) - trainingCost(a.config),
  );
  const count = Math.min(workers, pending.length);
  if (count > 0) await admitTraining(pending, { workers: count, locations });
  /** Runs that a worker here is at. */
  const underWay = new Set<string>();
  const isReady = ({ config: { start }, seed }: Job) =>
    !start || !underWay.has(`${runId(start.run)}/${seed}`);

  const open = new Set<WorkerProcess>();
  const stopAll = () => Promise.all([...open].map((worker) => worker.stop()));
  let stopped = signal?.aborted ?? false;
  const stop = () => {
    stopped = true;
    void stopAll();
  };
  signal?.addEventListener("abort", stop);

  /** The next job that no other process is at, claimed; waits where only claimed ones are left. */
  async function take(): Promise<{ job: Job; release(): Promise<void> } | undefined> {
    while (!stopped) {
      if (pending.length === 0) return undefined;
      const next = pending.findIndex(isReady);
      const job = pending.splice(next, next < 0 ? 0 : 1)[0];
      if (!job) {
        await sleep(pollMs, undefined, { signal }).catch(() => {});
        continue;
      }
      const id = runId(job.config);
      const claim = await claimRun(id, job.seed);
      if (!claim.claimed) {
        if (!held.has(job)) onEvent({ type: "wait", job, holder: describeHolder(claim.holder) });
        held.add(job);
        pending.push(job);
        if (pending.every((other) => held.has(other)))
          await sleep(pollMs, undefined, { signal }).catch(() => {});
        continue;
      }
      const found = await findRun(id, job.seed);
      const finishedElsewhere = found.state === "finished" && (!force || held.has(job));
      if (!finishedElsewhere) return { job, release: claim.release };
      await claim.release();
      result.found.push(job);
      onEvent({ type: "hit", job, record: found.record });
    }
    return undefined;
  }

  async function openWorker(number: number): Promise<WorkerProcess> {
    const worker = new WorkerProcess({ engine, threads, executor });
    open.add(worker);
    const { engine: name, version } = await worker.ready();
    onEvent({ type: "ready", worker: number, engine: name, version });
    return worker;
  }

  async function work(number: number): Promise<void> {
    let worker: WorkerProcess | undefined;
    for (let taken = await take(); taken; taken = await take()) {
      const { job, release } = taken;
      const name = `${runId(job.config)}/${job.seed}`;
      underWay.add(name);
      try {
        worker ??= await openWorker(number);
        onEvent({ type: "start", job, worker: number });
        const message = {
          config: job.config,
          seed: job.seed,
          place,
          replace: force,
          locations,
          checkpointSeconds,
          light,
        };
        const listeners = {
          onProgress: (progress: RunProgress) => onEvent({ type: "progress", job, worker: number, progress }),
          onNote: (line: string) => onEvent({ type: "note", job, worker: number, message: line }),
        };
        const outcome = await worker
          .train({ type: "train", ...message }, listeners)
          .catch((error: unknown) => {
            if (error instanceof UserError) throw error;
            return { type: "stopped" as const, message: messageOf(error) };
          });
        if (outcome.type === "stopped") {
          await worker.stop();
          open.delete(worker);
          worker = undefined;
        }
        if (outcome.type !== "done") {
          if (stopped) continue;
          result.failed.push({ job, message: outcome.message });
          onEvent({ type: "failed", job, worker: number, message: outcome.message });
        } else {
          result.trained.push(job);
          const { seconds, status } = outcome;
          onEvent({ type: "done", job, worker: number, seconds, diverged: status === "diverged" });
        }
      } finally {
        underWay.delete(name);
        await release();
      }
    }
  }

  try {
    const outcomes = await Promise.allSettled(
      Array.from({ length: count }, (_, number) =>
        work(number).catch((error: unknown) => {
          const first = !stopped;
          stop();
          if (first) throw error;
        }),
      ),
    );
    const fatal = outcomes.find((outcome) => outcome.status === "rejected");
    if (fatal) throw fatal.reason;
  } finally {
    signal?.removeEventListener("abort", stop);
    await stopAll();
  }
  const settled = new Set([...result.found, ...result.trained, ...result.failed.map(({ job }) => job)]);
  result.left.push(...all.filter((job) => !settled.has(job)));
  return result;
}

/** How many runs have to be there first: 0 of one that starts from initial weights. */
const generation = ({ start }: RunConfig): number => (start ? 1 + generation(start.run) : 0);

/** Arms may share a run, e.g. L2 and weight decay of strength 0. */
function distinct(jobs: Job[]): Job[] {
  const byName = new Map<string, Job>();
  for (const job of jobs) {
    const name = `${runId(job.config)}/${job.seed}`;
    if (!byName.has(name)) byName.set(name, job);
  }
  return [...byName.values()];
}
