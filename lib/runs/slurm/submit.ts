import { execFile, spawn } from "node:child_process";
import { createInterface } from "node:readline";
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

/**
 * Hands a script to Slurm and returns the job's id. sbatch may wait, and try again by itself, where Slurm does not take
 * jobs at this moment: what it says is passed on as it comes. Throws `UserError` with what sbatch says.
 */
export async function submit(
  words: readonly string[],
  script: string,
  { say }: { say: (line: string) => void },
): Promise<string> {
  // No standard input: where an option swallows the script's path, sbatch would read a script from there.
  const child = spawn("sbatch", ["--parsable", ...words, script], { stdio: ["ignore", "pipe", "pipe"] });
  const said: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => {
    said.push(line);
    say(line);
  });
  let printed = "";
  child.stdout.on("data", (text: Buffer) => {
    printed += text;
  });
  const code = await new Promise<number | string | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code ?? signal));
  }).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(
      error.code === "ENOENT"
        ? "sbatch was not found: --slurm needs Slurm's commands on this machine. Run it on a login node of the cluster, or see the script with --dry-run."
        : `sbatch could not be started: ${error.message}.`,
      { cause: error },
    );
  });
  // On a cluster of clusters: <id>;<cluster>.
  const job = printed.trim().split(";")[0]!;
  if (code === 0 && /^\d+$/.test(job)) return job;
  const reason = said.join("; ").trim() || `sbatch ended with ${code} and printed "${printed.trim()}"`;
  throw new UserError(`Slurm did not take the job (${script}): ${reason}`);
}

/** Puts this task back into the queue, from where it goes on another time. */
export async function requeueThisTask(): Promise<void> {
  const job = setting("SLURM_ARRAY_JOB_ID");
  const task = setting("SLURM_ARRAY_TASK_ID");
  if (job === undefined || task === undefined) return;
  await run("scontrol", ["requeue", `${job}_${task}`]);
}
