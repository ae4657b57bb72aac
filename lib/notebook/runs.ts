import { UserError } from "../errors.js";
import { describeDuration } from "../runs/describe.js";
import type { RunProgress } from "../runs/execute.js";
import { type Job, type QueueEvent, type QueueOptions, type QueueResult, workQueue } from "../runs/queue.js";
import type { Arm } from "../study/arm.js";
import { collectArmRuns } from "../study/collect.js";
import { jobsOfArms } from "../study/plan.js";
import type { StudyRuns } from "../study/study-runs.js";
import { type ProgressDisplay, progressDisplay } from "./progress.js";
import { cellSignal } from "./signal.js";

export interface LoadOrTrainOptions extends Pick<QueueOptions, "workers" | "engine" | "locations" | "place"> {
  /** Seeds each arm is trained with. Default [1, 2, 3]. */
  seeds?: readonly number[];
}

/**
 * The runs of every arm: loaded where they are on record, trained where not, with one line of progress in the
 * notebook; interrupting the cell stops the training, and what is finished stays. Throws `UserError` where a run
 * fails.
 */
export async function loadOrTrainArms(
  arms: readonly Arm[],
  { seeds = [1, 2, 3], ...options }: LoadOrTrainOptions = {},
): Promise<StudyRuns> {
  const jobs = jobsOfArms(arms, seeds);
  const display = progressDisplay();
  const follow = followQueue(display);
  // Until then a page waits for its reader.
  let started: number | undefined;
  const onEvent = (event: QueueEvent) => {
    if (event.type === "start") started ??= performance.now();
    follow(event);
  };
  const result = await workQueue(jobs, { ...options, signal: cellSignal(), onEvent });
  const seconds = started === undefined ? 0 : (performance.now() - started) / 1000;
  const runs = await collectArmRuns(arms, { seeds });
  // Arms that need one seed come with all that are on record.
  const there = new Set(
    runs.flatMap(({ runs: own }) => own.map(({ record: { id, seed } }) => `${id}/${seed}`)),
  ).size;
  display.finish(summary(result, { there, seconds }));
  const [failure] = result.failed;
  if (failure) throw new UserError(`${nameOf(failure.job)} failed: ${failure.message}`);
  return runs;
}

/** Turns the events of a queue into one line: steps done of all that are to be trained, and the latest run's state. */
export function followQueue(display: Pick<ProgressDisplay, "update">): (event: QueueEvent) => void {
  const steps = new Map<Job, { done: number; total: number }>();
  let finished = 0;
  const draw = (detail?: string) => {
    const all = [...steps.values()];
    const sum = (key: "done" | "total") => all.reduce((total, run) => total + run[key], 0);
    display.update({
      label: `${finished}/${steps.size} runs`,
      done: sum("done"),
      total: sum("total"),
      detail,
    });
  };
  return (event) => {
    if (event.type === "miss") steps.set(event.job, { done: 0, total: event.job.config.steps });
    if (event.type === "miss" || event.type === "ready") return;
    const run = steps.get(event.job);
    if (!run) return;
    if (event.type === "progress") run.done = event.progress.step;
    if (event.type === "done" || event.type === "failed" || event.type === "hit") {
      run.done = run.total;
      finished++;
    }
    draw(`${nameOf(event.job)}${event.type === "progress" ? `: ${stateOf(event.progress)}` : ""}`);
  };
}

const nameOf = ({ label, seed }: Job) => `${label}, seed ${seed}`;

function stateOf({ phase, loss, deadShare }: RunProgress): string {
  if (phase === "data") return "loading the images";
  const mean = Number.isFinite(loss) ? `loss ${loss.toFixed(3)}, ` : "";
  return `${mean}${Math.round(100 * deadShare)} % dead`;
}

/** Says nothing that differs between executions that find every run on record. */
function summary(
  { trained, failed, left }: QueueResult,
  { there, seconds }: { there: number; seconds: number },
): string {
  const count = there + failed.length + left.length;
  const parts = [
    `${there - trained.length} from records`,
    trained.length > 0 && `${trained.length} trained in ${describeDuration(seconds)}`,
    failed.length > 0 && `${failed.length} failed`,
    left.length > 0 && `${left.length} not trained`,
  ];
  return `${count} ${count === 1 ? "run" : "runs"}: ${parts.filter(Boolean).join(", ")}.`;
}
