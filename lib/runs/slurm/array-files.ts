import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path";
import { cacheDirectory } from "../../paths.js";

/** Where all job arrays of this cache folder lie. */
export const arraysFolder = (): string => join(resolve(cacheDirectory()), "slurm");

const prefix = "filter-sparsity-";

/** Files of one job array, and the name under which Slurm has it. */
export interface ArrayFiles {
  /** Slurm's name for it: the folder's, and the array's number in it. */
  jobName: string;
  script: string;
  plan: string;
  /** Folder of the tasks' output. */
  logs: string;
  /** Pattern of a task's file there. */
  log: string;
}

/** A name for a submission's folder that no other has: what it is of, when, and four random digits. */
export function newSubmission(what: string): string {
  const stamp = new Date().toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
  return `${what}-${stamp}-${randomBytes(2).toString("hex")}`;
}

/** Files of array `number` (from 1) of a submission. */
export function arrayFiles(submission: string, number: number): ArrayFiles {
  const folder = join(arraysFolder(), submission);
  return {
    jobName: `${prefix}${submission}.${number}`,
    script: join(folder, `job-${number}.sh`),
    plan: join(folder, `plan-${number}.jsonl`),
    logs: join(folder, "logs"),
    log: `task-${number}-%a.log`,
  };
}

/** Files of the array that Slurm has under a name; `undefined` for another program's job. */
export function filesOfJob(jobName: string): ArrayFiles | undefined {
  const [, submission, number] = /^filter-sparsity-([\w-]+)\.(\d+)$/.exec(jobName) ?? [];
  return submission === undefined ? undefined : arrayFiles(submission, Number(number));
}
