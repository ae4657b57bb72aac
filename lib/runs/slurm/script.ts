import { UsageError } from "../../errors.js";
import { commandLine, quoted } from "./words.js";

/** What a job array is asked for. */
export interface SlurmOptions {
  partition?: string;
  /** Time limit of one task, as sbatch takes it: "00:10:00", "2-00:00:00". */
  time?: string;
  /** Generic resources of one task: "gpu:1". */
  gres?: string;
  /** Tasks that run at once, at most. */
  arrayLimit?: number;
  /** Further options of sbatch, as they are written on its command line. */
  further?: readonly string[];
}

export interface ArrayOptions extends SlurmOptions {
  jobName: string;
  tasks: number;
  /** Threads of one task. */
  threads: number;
  /** Folder of the tasks' output, and the pattern of a task's file in it; %a stands for the task's number. */
  output: { folder: string; file: string };
}

export interface ScriptOptions {
  /** Folder that the task runs in. */
  directory: string;
  environment: Record<string, string>;
  /** Program and arguments; the task's number is added to them. */
  command: readonly string[];
  /** Words that sbatch is called with before the script's own path, for the reader. */
  submittedWith: readonly string[];
}

/** Seconds before its time limit at which a task is told; Slurm may be up to 60 s early. */
export const noticeSeconds = 60;

/** Told by this, a task leaves a checkpoint and goes back into the queue; SIGUSR1 is Node's own. */
export const outOfTime = "SIGUSR2";

/**
 * sbatch's options for a job array whose tasks train one run each, a word each. On its command line they arrive as they
 * are, whatever is in them, and no SBATCH_ variable of the reader's comes before them; lines of the script would be cut
 * at "#" and at the end of a line, and lose quotes. A task that Slurm takes off its node (SIGTERM) leaves a checkpoint;
 * requeued, it goes on from there.
 */
export function sbatchWords(options: ArrayOptions): string[] {
  const { jobName, tasks, threads, output, arrayLimit, partition, time, gres, further = [] } = options;
  if (output.folder.includes("\\"))
    throw new UsageError(
      `Slurm cannot write to ${output.folder}: it takes "\\" in a path as a sign of its own. Set FILTER_SPARSITY_CACHE to a folder without it.`,
    );
  return [
    `--job-name=${jobName}`,
    `--array=1-${tasks}${arrayLimit === undefined ? "" : `%${arrayLimit}`}`,
    "--ntasks=1",
    `--cpus-per-task=${threads}`,
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...(time === undefined ? [] : [`--time=${time}`]),
    ...(gres === undefined ? [] : [`--gres=${gres}`]),
    "--requeue",
    "--open-mode=append",
    `--signal=B:${outOfTime.slice(3)}@${noticeSeconds}`,
    `--output=${output.folder.replaceAll("%", "%%")}/${output.file}`,
    ...further,
  ];
}

/** Options that say which tasks there are and under which name they are found again, and what sbatch takes for them. */
const taken = /^(--(arr(ay?)?|job-n(a(me?)?)?|wr(ap?)?)(=|$)|-[aJ])/;

/** Throws `UsageError` for words that sbatch would not take as options, or that would undo what the array is. */
export function checkFurther(further: readonly string[]): void {
  for (const [index, word] of further.entries()) {
    const isOption = word.startsWith("-");
    if (!isOption && !further[index - 1]?.startsWith("-"))
      throw new UsageError(
        `"${word}" after -- is no option of sbatch, nor the value of one. Expected e.g. -- --mem=8G --comment "two words".`,
      );
    if (taken.test(word))
      throw new UsageError(
        `${word} after -- is set by the sweep itself: tasks are the runs, and are found again by the job's name. Leave it out.`,
      );
  }
}

/** The script of a job array. The shell becomes the program, so that signals reach it. */
export function slurmScript({ directory, environment, command, submittedWith }: ScriptOptions): string {
  return [
    "#!/bin/bash",
    `# Submitted with: sbatch ${commandLine(submittedWith)} and the path of this file`,
    "",
    ...Object.entries(environment).map(([name, value]) => `export ${name}=${quoted(value)}`),
    `cd ${quoted(directory)} || exit 1`,
    `exec ${commandLine(command)} "$SLURM_ARRAY_TASK_ID"`,
    "",
  ].join("\n");
}
