import { runId } from "../runs/config.js";
import { readFrozenRun } from "../runs/slurm/plan-file.js";
import { outOfTime } from "../runs/slurm/script.js";
import { requeueThisTask } from "../runs/slurm/submit.js";
import { findRun } from "../runs/store.js";
import { Interrupted } from "./interrupted.js";
import { type Locations, parseCount, type TrainingOptions } from "./options.js";
import { failOnFailures } from "./results.js";
import { trainJobs } from "./train-jobs.js";

export interface TaskOptions extends TrainingOptions {
  data: Locations;
}

/**
 * Trains the run of one task of a job array. One that is on record ends at once; one that Slurm says is out of time goes
 * back into the queue with its checkpoint, unless it had no time for a single step.
 */
export async function runTask(plan: string, number: string, options: TaskOptions): Promise<void> {
  const run = await readFrozenRun(plan, parseCount("the task's number", number, 1e9));
  const found = await findRun(runId(run.config), run.seed);
  if (found.state === "finished" && !options.fresh) {
    process.stdout.write(`hit  ${run.label}, seed ${run.seed}: on record\n`);
    return;
  }
  const steps: number[] = [];
  try {
    const result = await trainJobs([run], {
      ...options,
      workers: 1,
      locations: options.data,
      place: run.place,
      alsoStopOn: outOfTime,
      onEngine: ({ engine, version }, view) => view.line(`engine ${engine}: ${version}`),
      onEvent(event) {
        if (event.type === "progress" && event.progress.phase !== "data") steps.push(event.progress.step);
      },
    });
    failOnFailures(result);
  } catch (error) {
    const moved = steps.length > 0 && steps.at(-1)! > steps[0]!;
    if (error instanceof Interrupted && error.signal === outOfTime && moved) await requeueThisTask();
    throw error;
  }
}
