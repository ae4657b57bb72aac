import type { Command } from "commander";
import { runId } from "../runs/config.js";
import { forgetFailure, noteFailure } from "../runs/failures.js";
import type { Job, QueueResult } from "../runs/queue.js";
import { RunIndex } from "../runs/run-index.js";
import { addArmOptions, addQueueOptions, type SelectedArms, type TrainingOptions } from "./options.js";
import { failOnFailures } from "./results.js";
import {
  describePlan,
  foresee,
  type Prospect,
  planJson,
  planSweep,
  planTable,
  type SweepPlan,
} from "./sweep-plan.js";
import type { StatusOptions } from "./sweep-status.js";
import { placeOf, trainJobs } from "./train-jobs.js";

interface SweepOptions extends SelectedArms, TrainingOptions {
  dryRun?: boolean;
}

export function register(program: Command): void {
  const command = program
    .command("sweep")
    .description("train what several hypotheses lack, longest runs first, on all cores")
    .argument("[hypotheses...]", "h02 h03 ..., or all");
  addQueueOptions(addArmOptions(command))
    .option("--dry-run", "only say what is there and what would be trained")
    .option("--json", "print the result as JSON")
    .action(sweep);
  command
    .command("status")
    .description("say how far the runs are: finished, running, failed, missing")
    .argument("[hypotheses...]", "default: all")
    .action(async (names: string[], _: unknown, status: Command) => {
      const { showStatus } = await import("./sweep-status.js");
      await showStatus(names, status.optsWithGlobals<StatusOptions>());
    });
}

async function sweep(names: string[], options: SweepOptions): Promise<void> {
  const index = new RunIndex();
  const plan = await planSweep(names, options, { index });
  const prospect = await foresee(plan, options, index);
  if (!options.json) await printPlan(plan, prospect, options.dryRun ? process.stdout : process.stderr);
  if (options.dryRun || plan.missing.length === 0) {
    if (options.json) printJson(planJson(plan, prospect));
    return;
  }
  const result = await train(plan, prospect, options);
  if (options.json) printJson(sweepJson(plan, prospect, result));
  else process.stdout.write(`${summary(plan, result)}\n`);
  failOnFailures(result);
}

async function printPlan(plan: SweepPlan, prospect: Prospect, to: NodeJS.WriteStream): Promise<void> {
  const { renderTable } = await import("../tables/render.js");
  to.write(`${renderTable(planTable(plan), "text")}\n${describePlan(plan, prospect)}\n`);
}

async function train(
  { scale, missing, requests }: SweepPlan,
  { expected }: Prospect,
  options: SweepOptions,
): Promise<QueueResult> {
  const several = requests.length > 1;
  const notes: Promise<void>[] = [];
  const result = await trainJobs(
    missing.map(({ config, seed, label, wantedBy }): Job => {
      const hypotheses = [...new Set(wantedBy.map(({ hypothesis }) => hypothesis))].join("+");
      return { config, seed, label: several ? `${hypotheses} ${label}` : label };
    }),
    {
      ...options,
      locations: options.data,
      place: placeOf(scale),
      expectedPace: expected.pace,
      onEngine: ({ engine, version }, view) => view.line(`engine ${engine}: ${version}`),
      onEvent(event) {
        if (event.type === "failed")
          notes.push(noteFailure(runId(event.job.config), event.job.seed, event.message));
        if (event.type === "done") notes.push(forgetFailure(runId(event.job.config), event.job.seed));
      },
    },
  );
  await Promise.all(notes);
  return result;
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
