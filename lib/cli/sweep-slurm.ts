import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { lock } from "proper-lockfile";
import { UsageError, UserError } from "../errors.js";
import { cacheDirectory, libraryRoot, projectRoot, runsDirectory } from "../paths.js";
import { trainingCost } from "../runs/cost.js";
import { type ArrayFiles, arrayFiles, arraysFolder, newSubmission } from "../runs/slurm/array-files.js";
import { type FrozenRun, planLines } from "../runs/slurm/plan-file.js";
import { type QueuedRun, queuedRuns } from "../runs/slurm/queued.js";
import { checkFurther, type SlurmOptions, sbatchWords, slurmScript } from "../runs/slurm/script.js";
import { largestTask, submit } from "../runs/slurm/submit.js";
import { ownSettings } from "../settings.js";
import type { PlannedRun } from "../study/plan.js";
import { surveyRuns } from "../study/survey.js";
import type { Locations, SelectedArms, TrainingOptions } from "./options.js";
import { prepareData } from "./prepare-data.js";
import type { SweepPlan } from "./sweep-plan.js";
import { placeOf } from "./train-jobs.js";

export interface SlurmSweepOptions extends SelectedArms, TrainingOptions, SlurmOptions {
  slurm?: boolean;
  dryRun?: boolean;
}

/** One job array: its script and the plan that its tasks read. */
export interface JobArray {
  tasks: number;
  script: string;
  plan: string;
  /** Folder of the tasks' output, a file each. */
  logs: string;
  /** Words that sbatch is called with before the script. */
  words: string[];
  /** The script's lines. */
  text: string;
  /** Slurm's number, once it has the job. */
  job?: string;
}

/** Throws `UsageError` for options that only a job array takes. */
export function refuseWithoutSlurm({ partition, time, gres, arrayLimit, further = [] }: SlurmOptions): void {
  const given = Object.entries({ partition, time, gres, "array-limit": arrayLimit }).flatMap(
    ([name, value]) => (value === undefined ? [] : [`--${name}`]),
  );
  const [first] = [...given, ...further];
  if (first !== undefined)
    throw new UsageError(
      `${first} is for a job array: add --slurm, or leave it out to train on this machine.`,
    );
}

/** What became of the missing runs of a plan. */
export interface Submission {
  arrays: JobArray[];
  /** Runs that Slurm had already. */
  queued: QueuedRun[];
  /** Runs that somebody trains at this moment. */
  running: number;
  /** Runs that Slurm did not take, and why. */
  refused?: { runs: number; reason: string };
}

export interface SubmitListeners {
  /** Takes an array as soon as Slurm has it. */
  onArray: (array: JobArray) => void;
  /** Takes what a waiting reader should know. */
  say: (line: string) => void;
}

/**
 * Hands the missing runs of a plan to Slurm, one a task, the longest first; those that somebody trains at this moment, or
 * that Slurm has already, are left out. Plan and script stay in the cache folder, which the nodes have to see, like that
 * of the records. The first array that Slurm refuses ends it. With `dryRun` nothing is written or submitted.
 */
export async function submitSweep(
  plan: SweepPlan,
  options: SlurmSweepOptions,
  listeners: SubmitListeners,
): Promise<Submission> {
  checkFurther(options.further ?? []);
  if (options.dryRun) return handOver(plan, options, listeners);
  return oneAtATime(listeners, () => handOver(plan, options, listeners));
}

async function handOver(
  plan: SweepPlan,
  options: SlurmSweepOptions,
  listeners: SubmitListeners,
): Promise<Submission> {
  const [surveyed, everyone] = await Promise.all([surveyRuns(plan.missing), queuedRuns()]);
  const key = ({ id, seed }: { id: string; seed: number }) => `${id}/${seed}`;
  const missing = new Set(plan.missing.map(key));
  const queued = everyone.filter((run) => missing.has(key(run)));
  const known = new Set(queued.map(key));
  const running = surveyed.filter((run) => run.status === "running" && !known.has(key(run)));
  const waiting = surveyed
    .filter((run) => run.status !== "running" && !known.has(key(run)))
    .sort((a, b) => trainingCost(b.config) - trainingCost(a.config));
  const submission: Submission = { arrays: [], queued, running: running.length };
  if (waiting.length === 0) return submission;
  const most = await largestTask();
  if (!options.dryRun)
    await prepareData(waiting, { locations: options.data, fresh: options.fresh, print: listeners.say });
  const name = newSubmission(`${plan.requests.map(({ hypothesis }) => hypothesis).join("-")}-${plan.scale}`);
  for (let start = 0; start < waiting.length; start += most) {
    const files = arrayFiles(name, 1 + start / most);
    const { array, runs } = arrayOf(waiting.slice(start, start + most), files, options);
    try {
      const handed = options.dryRun ? array : await submitArray(array, runs, listeners);
      submission.arrays.push(handed);
      listeners.onArray(handed);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { ...submission, refused: { runs: waiting.length - start, reason: error.message } };
    }
  }
  return submission;
}

/** Waits until no other sweep of this cache folder is being handed over: two at once would hand over the same runs. */
async function oneAtATime<T>({ say }: SubmitListeners, work: () => Promise<T>): Promise<T> {
  await mkdir(arraysFolder(), { recursive: true });
  let release: (() => Promise<void>) | undefined;
  for (let told = false; !release; told = true) {
    release = await lock(arraysFolder(), { stale: 60_000, onCompromised: () => {} }).catch((error) => {
      if (error.code === "ELOCKED") return undefined;
      throw error;
    });
    if (release) break;
    if (!told) say("wait  another sweep is being handed to Slurm from this cache folder");
    await sleep(500);
  }
  try {
    return await work();
  } finally {
    await release!().catch(() => {});
  }
}

function arrayOf(
  runs: readonly PlannedRun[],
  { jobName, script, plan, logs, log }: ArrayFiles,
  options: SlurmSweepOptions,
): { array: JobArray; runs: FrozenRun[] } {
  const { threads = 1, engine, data, fresh, light, scale } = options;
  const output = { folder: logs, file: log };
  const words = sbatchWords({ ...options, jobName, tasks: runs.length, threads, output });
  const task = [process.execPath, join(libraryRoot, "dist", "cli", "main.js"), "sweep", "task"];
  const text = slurmScript({
    directory: projectRoot,
    environment: environmentOfTasks(),
    command: [
      ...task,
      ...optionWords({ engine, threads, data }),
      ...(fresh ? ["--fresh"] : []),
      ...(light ? ["--light"] : []),
      plan,
    ],
    submittedWith: words,
  });
  const place = placeOf(scale);
  return {
    array: { tasks: runs.length, script, plan, logs, words, text },
    runs: runs.map(({ label, config, seed }): FrozenRun => ({ label, config, seed, place })),
  };
}

async function submitArray(
  array: JobArray,
  runs: readonly FrozenRun[],
  { say }: SubmitListeners,
): Promise<JobArray> {
  await mkdir(array.logs, { recursive: true });
  await writeFile(array.plan, planLines(runs), { flag: "wx" });
  await writeFile(array.script, array.text, { flag: "wx", mode: 0o755 });
  return { ...array, job: await submit(array.words, array.script, { say }) };
}

function optionWords({
  engine,
  threads,
  data,
}: {
  engine?: string;
  threads: number;
  data: Locations;
}): string[] {
  const words = Object.entries(data).flatMap(([name, folder]) => ["--data", `${name}=${folder}`]);
  return [...words, "--threads", String(threads), ...(engine === undefined ? [] : ["--engine", engine])];
}

/** This project's settings, with the folders that the tasks share as they are called from anywhere. */
function environmentOfTasks(): Record<string, string> {
  return {
    ...ownSettings(),
    FILTER_SPARSITY_RUNS: resolve(runsDirectory()),
    FILTER_SPARSITY_CACHE: resolve(cacheDirectory()),
  };
}
