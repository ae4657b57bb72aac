import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { messageOf, UserError } from "../../errors.js";
import { runId } from "../config.js";
import { arraysFolder, filesOfJob } from "./array-files.js";
import { readFrozenPlan } from "./plan-file.js";

const run = promisify(execFile);

/** A run that Slurm holds as a task of a job array, waiting or running. */
export interface QueuedRun {
  id: string;
  seed: number;
  job: string;
  task: number;
  /** Slurm's words: "PENDING", "RUNNING", ... */
  state: string;
  /** Why it waits, in Slurm's words: "Resources", "Priority", ... */
  reason: string;
}

/**
 * Runs that wait or run in Slurm, whoever handed them over from this cache folder. An array is known by its name, which
 * is its folder's, so that nothing need be written after sbatch has taken it. None where there is no Slurm.
 *
 * @throws UserError where Slurm does not answer
 */
export async function queuedRuns(): Promise<QueuedRun[]> {
  if (!existsSync(arraysFolder())) return [];
  const tasks = new Map<string, Omit<QueuedRun, "id" | "seed">[]>();
  for (const line of (await squeue()).split("\n")) {
    const [, job, task, state, reason, name] = /^(\d+)\|(\d+)\|(\w+)\|([^|]*)\|(.*)$/.exec(line) ?? [];
    if (name === undefined) continue;
    const known = tasks.get(name) ?? [];
    known.push({ job: job!, task: Number(task), state: state!, reason: reason! });
    tasks.set(name, known);
  }
  const queued: QueuedRun[] = [];
  for (const [name, ofArray] of tasks) {
    const files = filesOfJob(name);
    // One of another cache folder.
    if (!files || !existsSync(files.plan)) continue;
    const runs = await readFrozenPlan(files.plan);
    for (const task of ofArray) {
      const run = runs[task.task - 1];
      if (run) queued.push({ id: runId(run.config), seed: run.seed, ...task });
    }
  }
  return queued;
}

/** Every task in the queue: job, number, state, reason, and at last the name, which may hold anything. */
async function squeue(): Promise<string> {
  try {
    const words = ["--noheader", "--array", "--format=%F|%K|%T|%r|%j"];
    return (await run("squeue", words, { maxBuffer: 1 << 30 })).stdout;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    const { stderr } = error as { stderr?: string };
    throw new UserError(
      `Slurm does not say what is in its queue: ${stderr?.trim().replace(/\s*\n\s*/g, "; ") || messageOf(error)}. Run the same command again when it answers.`,
      { cause: error },
    );
  }
}

/** `job 12: 3 waiting (Resources), 2 running` */
export function describeQueued(queued: readonly QueuedRun[]): string[] {
  const jobs = new Map<string, QueuedRun[]>();
  for (const run of queued) jobs.set(run.job, [...(jobs.get(run.job) ?? []), run]);
  return [...jobs].map(([job, runs]) => {
    const waiting = runs.filter(({ state }) => state === "PENDING");
    const reasons = [...new Set(waiting.map(({ reason }) => reason))].join(", ");
    const running = runs.length - waiting.length;
    const parts = [
      ...(waiting.length > 0 ? [`${waiting.length} waiting (${reasons})`] : []),
      ...(running > 0 ? [`${running} running`] : []),
    ];
    return `job ${job}: ${parts.join(", ")}`;
  });
}
