import type { Command } from "commander";
import { UserError } from "../errors.js";
import { runId } from "../runs/config.js";
import type { Job, QueueResult } from "../runs/queue.js";
import { RunIndex } from "../runs/run-index.js";
import { describeQueued } from "../runs/slurm/queued.js";
import { addArmOptions, addQueueOptions, parseCount } from "./options.js";
import { failOnFailures } from "./results.js";
import { shownPath } from "./shown-path.js";
import type { ChooseOptions } from "./sweep-choose.js";
import {
  describeCounts,
  describePlan,
  foresee,
  type Prospect,
  planJson,
  planSweep,
  planTable,
  type SweepPlan,
} from "./sweep-plan.js";
import { type JobArray, refuseWithoutSlurm, type SlurmSweepOptions, submitSweep } from "./sweep-slurm.js";
import type { StatusOptions } from "./sweep-status.js";
import type { TaskOptions } from "./sweep-task.js";
import { placeOf, trainJobs } from "./train-jobs.js";

export function register(program: Command): void {
  const command = program
    .command("sweep")
    .description("train what several hypotheses lack, longest runs first, on all cores")
    .argument(
      "[hypotheses...]",
      "h02 h03 ..., all, screening (what rates and penalties are chosen by), confirmation (what was chosen), or ladder (from lite to reduced; of it ladder-images and so on)",
    );
  addQueueOptions(addArmOptions(command))
    .option("--dry-run", "only say what is there and what would be trained")
    .option("--json", "print the result as JSON")
    .option("--slurm", "hand the runs to Slurm as a job array, one a task; sbatch's further options after --")
    .option("--partition <name>", "with --slurm: partition")
    .option("--time <limit>", "with --slurm: time limit of a run's turn; a longer run takes several turns")
    .option("--gres <resources>", "with --slurm: generic resources of a run, e.g. gpu:1")
    .option("--array-limit <number>", "with --slurm: runs at once, at most", (text) =>
      parseCount("--array-limit", text, 1e6),
    )
    .action(sweep);
  command
    .command("status")
    .description("say how far the runs are: finished, running, failed, missing")
    .argument("[hypotheses...]", "default: all")
    .action(async (names: string[], _: unknown, status: Command) => {
      const { showStatus } = await import("./sweep-status.js");
      await showStatus(names, status.optsWithGlobals<StatusOptions>());
    });
  command
    .command("choose")
    .description(
      "say which settings of every family the screening's records choose, and write them where confirmation takes them from",
    )
    .option("--dry-run", "only say them")
    .action(async (_: unknown, choose: Command) => {
      const { choose: run } = await import("./sweep-choose.js");
      await run(choose.optsWithGlobals<ChooseOptions>());
    });
  command
    .command("task", { hidden: true })
    .description("train one run of a job array")
    .argument("<plan>", "the array's plan")
    .argument("<number>", "the task's number, from 1")
    .action(async (plan: string, number: string, _: unknown, task: Command) => {
      const { runTask } = await import("./sweep-task.js");
      await runTask(plan, number, task.optsWithGlobals<TaskOptions>());
    });
}

async function sweep(words: string[], given: SlurmSweepOptions): Promise<void> {
  const further = wordsAfterDashes();
  const names = words.slice(0, words.length - further.length);
  const options = { ...given, further };
  if (!options.slurm) refuseWithoutSlurm(options);
  const index = new RunIndex();
  const plan = await planSweep(names, options, { index });
  const prospect = await foresee(plan, options, index);
  const toRead = options.dryRun && !options.slurm ? process.stdout : process.stderr;
  if (!options.json) await printPlan(plan, prospect, { to: toRead, here: !options.slurm });
  if (plan.missing.length > 0 && options.slurm) return submit(plan, prospect, options);
  if (options.dryRun || plan.missing.length === 0) {
    if (options.json) printJson(planJson(plan, prospect));
    return;
  }
  const result = await train(plan, prospect, options);
  if (options.json) printJson(sweepJson(plan, prospect, result));
  else process.stdout.write(`${summary(plan, result)}\n`);
  failOnFailures(result);
}

/** What follows "--" on the command line: options of sbatch. */
function wordsAfterDashes(): string[] {
  const dashes = process.argv.indexOf("--");
  return dashes < 0 ? [] : process.argv.slice(dashes + 1);
}

async function submit(plan: SweepPlan, prospect: Prospect, options: SlurmSweepOptions): Promise<void> {
  const print = (text: string) => void (options.json || process.stdout.write(`${text}\n`));
  const submission = await submitSweep(plan, options, {
    onArray: (array) => print(options.dryRun ? array.text : describeArray(array)),
    say: (line) => process.stderr.write(`${line}\n`),
  });
  const { arrays, queued, running, refused } = submission;
  if (options.json) printJson({ ...planJson(plan, prospect), ...submission });
  else if (!options.dryRun) {
    for (const line of describeQueued(queued)) print(`${line}, handed over before`);
    if (arrays.length === 0 && !refused)
      print(`Nothing to submit: ${count(queued.length)} in Slurm's queue, ${count(running)} being trained.`);
    print("How far the runs are: npm run sweep -- status");
  }
  if (refused)
    throw new UserError(
      `${refused.reason}. ${taken(arrays)}${count(refused.runs)} not handed over; the same command hands over these alone.`,
    );
}

const count = (runs: number) => `${runs} ${runs === 1 ? "run is" : "runs are"}`;

const taken = (arrays: readonly JobArray[]): string =>
  arrays.length === 0
    ? "No job was taken, "
    : `Taken: ${arrays.map(({ job, tasks }) => `job ${job} (${tasks} ${tasks === 1 ? "run" : "runs"})`).join(", ")}; `;

const describeArray = ({ job, tasks, script, logs }: JobArray): string =>
  `job ${job}: ${tasks} ${tasks === 1 ? "task" : "tasks"} (${shownPath(script)}), output in ${shownPath(logs)}`;

async function printPlan(
  plan: SweepPlan,
  prospect: Prospect,
  { to, here }: { to: NodeJS.WriteStream; here: boolean },
): Promise<void> {
  const { renderTable } = await import("../tables/render.js");
  const line = here ? describePlan(plan, prospect) : describeCounts(plan);
  to.write(`${renderTable(planTable(plan), "text")}\n${line}\n`);
}

async function train(
  { scale, missing, requests }: SweepPlan,
  { expected }: Prospect,
  options: SlurmSweepOptions,
): Promise<QueueResult> {
  const several = requests.length > 1;
  const jobs = missing.map(({ config, seed, label, wantedBy }): Job => {
    const hypotheses = [...new Set(wantedBy.map(({ hypothesis }) => hypothesis))].join("+");
    return { config, seed, label: several ? `${hypotheses} ${label}` : label };
  });
  return trainJobs(jobs, {
    ...options,
    locations: options.data,
    place: placeOf(scale),
    expectedPace: expected.pace,
    onEngine: ({ engine, version }, view) => view.line(`engine ${engine}: ${version}`),
  });
}

function summary({ runs, missing }: SweepPlan, { trained, found, failed }: QueueResult): string {
  const there = runs.length - missing.length + found.length;
  const parts = [`${trained.length} trained`, ...(failed.length > 0 ? [`${failed.length} failed`] : [])];
  return `${runs.length} runs: ${there} were there, ${parts.join(", ")}.`;
}

function sweepJson(plan: SweepPlan, prospect: Prospect, { trained, found, failed, left }: QueueResult) {
  const { counts, ...about } = planJson(plan, prospect);
  return {
    ...about,
    counts: {
      ...counts,
      trained: trained.length,
      foundLater: found.length,
      failed: failed.length,
      left: left.length,
    },
    failures: failed.map(({ job, message }) => ({
      id: runId(job.config),
      seed: job.seed,
      arm: job.label,
      message,
    })),
  };
}

const printJson = (value: unknown) => void process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
