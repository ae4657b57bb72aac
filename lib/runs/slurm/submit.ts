import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { UserError } from "../../errors.js";
import { setting } from "../../settings.js";

const run = promisify(execFile);

/** Slurm's own default of `MaxArraySize`, less one: the highest number that a task of an array may have. */
const defaultLargestTask = 1000;

/** The highest number that a task of a job array may have on this cluster. */
export async function largestTask(): Promise<number> {
  const answer = await run("scontrol", ["show", "config"]).catch(() => undefined);
  const size = /^MaxArraySize\s*=\s*(\d+)/m.exec(answer?.stdout ?? "")?.[1];
  return size === undefined ? defaultLargestTask : Math.max(1, Number(size) - 1);
}

/** Hands a script to Slurm and returns the job's id. Throws `UserError` with what sbatch says. */
export async function submit(script: string): Promise<string> {
  try {
    const { stdout } = await run("sbatch", ["--parsable", script]);
    // On a cluster of clusters: <id>;<cluster>.
    return stdout.trim().split(";")[0]!;
  } catch (error) {
    const { code, stderr, message } = error as { code?: unknown; stderr?: string; message: string };
    if (code === "ENOENT")
      throw new UserError(
        "sbatch was not found: --slurm needs Slurm's commands on this machine. Run it on a login node of the cluster, or see the script with --dry-run.",
      );
    const reason = (stderr || message).trim().replace(/\s*\n\s*/g, "; ");
    throw new UserError(`Slurm did not take the job (${script}): ${reason}`);
  }
}

/** Puts this task back into the queue, from where it goes on another time. */
export async function requeueThisTask(): Promise<void> {
  const job = setting("SLURM_ARRAY_JOB_ID");
  const task = setting("SLURM_ARRAY_TASK_ID");
  if (job === undefined || task === undefined) return;
  await run("scontrol", ["requeue", `${job}_${task}`]);
}
