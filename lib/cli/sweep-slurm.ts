import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UsageError } from "../errors.js";
import { cacheDirectory, projectRoot, runsDirectory } from "../paths.js";
import { trainingCost } from "../runs/cost.js";
import { type FrozenRun, planLines } from "../runs/slurm/plan-file.js";
import { type SlurmOptions, slurmScript } from "../runs/slurm/script.js";
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

/**
 * Hands the missing runs of a plan to Slurm, one a task, the longest first; those that somebody trains at this moment are
 * left out. Plan and script stay in the cache folder, which the nodes have to see, like that of the records. With
 * `dryRun` nothing is written or submitted.
 */
export async function submitSweep(plan: SweepPlan, options: SlurmSweepOptions): Promise<JobArray[]> {
  const surveyed = await surveyRuns(plan.missing);
  const waiting = surveyed
    .filter(({ status }) => status !== "running")
    .sort((a, b) => trainingCost(b.config) - trainingCost(a.config));
  const name = `${plan.requests.map(({ hypothesis }) => hypothesis).join("-")}-${plan.scale}`;
  const stamp = new Date().toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
  const folder = join(resolve(cacheDirectory()), "slurm", `${name}-${stamp}`);
  const most = await largestTask();
  if (!options.dryRun && waiting.length > 0)
    await prepareData(waiting, {
      locations: options.data,
      fresh: options.fresh,
      print: (line) => process.stderr.write(`${line}\n`),
    });
  const arrays: JobArray[] = [];
  for (let start = 0; start < waiting.length; start += most) {
    const runs = waiting.slice(start, start + most);
    const suffix = waiting.length > most ? `-${1 + start / most}` : "";
    arrays.push(await submitArray(runs, { ...options, name, folder, suffix }));
  }
  return arrays;
}

interface ArrayOptions extends SlurmSweepOptions {
  name: string;
  folder: string;
  suffix: string;
}

async function submitArray(runs: readonly PlannedRun[], options: ArrayOptions): Promise<JobArray> {
  const { folder, suffix, name, threads = 1, engine, data, fresh, scale, dryRun } = options;
  const file = (base: string, extension: string) => join(folder, `${base}${suffix}.${extension}`);
  const array = {
    tasks: runs.length,
    script: file("job", "sh"),
    plan: file("plan", "jsonl"),
    logs: join(folder, "logs"),
  };
  const task = [process.execPath, join(projectRoot, "lib", "dist", "cli", "main.js"), "sweep", "task"];
  const text = slurmScript({
    ...options,
    jobName: `filter-sparsity-${name}`,
    tasks: runs.length,
    threads,
    output: join(array.logs, `task${suffix}-%a.log`),
    directory: projectRoot,
    environment: environmentOfTasks(),
    command: [...task, ...optionWords({ engine, threads, data }), ...(fresh ? ["--fresh"] : []), array.plan],
  });
  if (dryRun) return { ...array, text };
  await mkdir(array.logs, { recursive: true });
  const place = placeOf(scale);
  const frozen = runs.map(({ label, config, seed }): FrozenRun => ({ label, config, seed, place }));
  await writeFile(array.plan, planLines(frozen), { flag: "wx" });
  await writeFile(array.script, text, { flag: "wx", mode: 0o755 });
  return { ...array, text, job: await submit(array.script) };
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
