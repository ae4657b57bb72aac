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

export interface ScriptOptions extends SlurmOptions {
  jobName: string;
  tasks: number;
  /** Threads of one task. */
  threads: number;
  /** File of each task's output; %a stands for the task's number. */
  output: string;
  /** Folder that the task runs in. */
  directory: string;
  environment: Record<string, string>;
  /** Program and arguments; the task's number is added to them. */
  command: readonly string[];
}

/** Seconds before its time limit at which a task is told; Slurm may be up to 60 s early. */
export const noticeSeconds = 60;

/** Told by this, a task leaves a checkpoint and goes back into the queue; SIGUSR1 is Node's own. */
export const outOfTime = "SIGUSR2";

/**
 * The script of a job array whose tasks train one run each. A task that Slurm takes off its node (SIGTERM) leaves a
 * checkpoint; requeued, it goes on from there. The shell becomes the program, so that signals reach it.
 */
export function slurmScript(options: ScriptOptions): string {
  const { jobName, tasks, threads, output, directory, environment, command, arrayLimit } = options;
  const { partition, time, gres, further = [] } = options;
  const asked = [
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
    `--output=${/\s/.test(output) ? `"${output}"` : output}`,
    ...optionLines(further),
  ];
  return [
    "#!/bin/bash",
    ...asked.map((option) => `#SBATCH ${option}`),
    "",
    ...Object.entries(environment).map(([name, value]) => `export ${name}=${quoted(value)}`),
    `cd ${quoted(directory)} || exit 1`,
    `exec ${command.map(quoted).join(" ")} "$SLURM_ARRAY_TASK_ID"`,
    "",
  ].join("\n");
}

/** One line an option, its value beside it. */
function optionLines(words: readonly string[]): string[] {
  const lines: string[] = [];
  for (const word of words) {
    if (word.startsWith("-") || lines.length === 0) lines.push(word);
    else lines[lines.length - 1] += ` ${word}`;
  }
  return lines;
}

/** A word as a shell reads it back. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
