import { createLogUpdate } from "log-update";
import { createColors } from "picocolors";
import type { EngineName } from "../engine/engine.js";
import { printable } from "../printable.js";
import type { RunConfig } from "../runs/config.js";
import { trainingCost } from "../runs/cost.js";
import { describeDuration } from "../runs/describe.js";
import type { RunProgress } from "../runs/execute.js";
import type { Job, QueueEvent } from "../runs/queue.js";
import { hitLine } from "../runs/train.js";
import { setting } from "../settings.js";
import { Estimate } from "./eta.js";

export interface ProgressViewOptions {
  /** Default stderr, so that results alone go to stdout. */
  stream?: NodeJS.WriteStream;
  /** Called once, when the first worker knows its engine. */
  onEngine?: (engine: { engine: EngineName; version: string }, view: ProgressView) => void;
  /** Seconds per unit of `trainingCost` that hold until some are measured. */
  expectedPace?: number;
}

export interface ProgressView {
  handle(event: QueueEvent): void;
  /** A line that stays above the live part. */
  line(text: string): void;
  /** Configurations of the runs that are not there yet. */
  missing(): RunConfig[];
  /** Ends the live part. */
  close(): void;
}

interface Slot {
  job: Job;
  progress?: RunProgress;
}

const liveEveryMs = 250;
const plainEveryMs = 10_000;

/**
 * Follows a queue: on a terminal a line per worker and one for all, redrawn in place; elsewhere plain lines, about
 * every ten seconds.
 */
export function openProgressView({
  stream = process.stderr,
  onEngine,
  expectedPace,
}: ProgressViewOptions = {}): ProgressView {
  // A terminal that does not say how large it is has no room for lines that change.
  const live = stream.isTTY === true && stream.columns > 0 && stream.rows > 0;
  const colors = createColors(live && !setting("NO_COLOR"));
  const redraw = live ? createLogUpdate(stream) : undefined;
  const slots = new Map<number, Slot>();
  const missing = new Set<Job>();
  const estimate = new Estimate<Job>({ expectedPace });
  const started = performance.now();
  let done = 0;
  let failed = 0;
  let engineKnown = false;
  /** Misses not told yet, by reason: many runs without a record are one line. */
  const untold = new Map<string, Job[]>();
  let timer: NodeJS.Timeout | undefined;

  const line = (text: string) => {
    if (redraw) redraw.persist(text);
    else stream.write(`${text}\n`);
  };

  const waiting = () => {
    const measured = [...slots.values()].filter(({ progress }) => progress && progress.phase !== "data");
    const atWork = new Set(measured.map(({ job }) => job));
    return [...missing].filter((job) => !atWork.has(job)).map(({ config }) => trainingCost(config));
  };

  const total = () => {
    const left = missing.size;
    const seconds = estimate.totalSecondsLeft(
      waiting().sort((a, b) => b - a),
      Math.max(1, slots.size),
    );
    const counts = [`${done} done`, ...(failed > 0 ? [colors.red(`${failed} failed`)] : []), `${left} left`];
    const elapsed = describeDuration((performance.now() - started) / 1000);
    const eta = seconds === undefined ? "" : `, about ${describeDuration(seconds)} left`;
    return `total ${counts.join(", ")}; ${elapsed} so far${eta}`;
  };

  const draw = () => {
    if (missing.size === 0 || slots.size === 0) return;
    const rows = [...slots]
      .sort(([a], [b]) => a - b)
      .map(([, slot]) => slotLine(slot, estimate.secondsLeft(slot.job)));
    if (redraw) redraw([...rows.map((row) => colors.cyan("run   ") + row), total()].join("\n"));
    else stream.write(`${[...rows.map((row) => `run   ${row}`), total()].join("\n")}\n`);
  };

  const tellMisses = () => {
    for (const [why, jobs] of untold) {
      const which = jobs.length > 3 ? `${jobs.length} runs` : jobs.map(nameOf).join("; ");
      line(colors.dim(`miss ${which}: ${why}`));
    }
    untold.clear();
  };

  const leave = (worker: number, job: Job) => {
    slots.delete(worker);
    missing.delete(job);
    estimate.end(job);
  };

  return {
    line,
    missing: () => [...missing].map(({ config }) => config),
    close() {
      clearInterval(timer);
      redraw?.clear();
      redraw?.done();
    },
    handle(event) {
      timer ??= setInterval(draw, live ? liveEveryMs : plainEveryMs);
      if (event.type !== "hit" && event.type !== "miss") tellMisses();
      switch (event.type) {
        case "hit":
          missing.delete(event.job);
          return line(colors.dim(hitLine(event.record)));
        case "miss":
          missing.add(event.job);
          untold.set(event.why, [...(untold.get(event.why) ?? []), event.job]);
          return;
        case "wait":
          return line(`wait ${nameOf(event.job)}: being trained by ${event.holder}`);
        case "ready":
          if (!engineKnown) onEngine?.(event, this);
          engineKnown = true;
          return;
        case "start":
          slots.set(event.worker, { job: event.job });
          return;
        case "progress": {
          const { job, progress } = event;
          slots.set(event.worker, { job, progress });
          if (progress.phase !== "data")
            estimate.progress(job, trainingCost(job.config), progress.step / progress.steps);
          return;
        }
        case "note":
          return line(colors.dim(`note ${nameOf(event.job)}: ${printable(event.message)}`));
        case "done": {
          leave(event.worker, event.job);
          done++;
          const mark = event.diverged ? colors.yellow("diverged") : colors.green("done");
          const advice = event.diverged ? "; FILTER_SPARSITY_CHECK=1 names where the first NaN goes in" : "";
          return line(`${mark} ${nameOf(event.job)} in ${describeDuration(event.seconds)}${advice}`);
        }
        case "failed":
          leave(event.worker, event.job);
          failed++;
          return line(`${colors.red("fail")} ${nameOf(event.job)}: ${printable(event.message)}`);
      }
    },
  };
}

/** "Adam, L2 1e-3, seed 2" */
export const nameOf = ({ label, seed }: Job): string => `${label}, seed ${seed}`;

/** `Adam, L2 1e-3, seed 2  612/1200  loss 0.342  dead 21 %  41 s left` */
function slotLine({ job, progress }: Slot, secondsLeft: number | undefined): string {
  const name = nameOf(job).padEnd(34);
  if (!progress) return `${name}  starting`;
  const { phase, step, steps, loss, deadShare } = progress;
  if (phase === "data") return `${name}  loading the images`;
  const count = `${String(step).padStart(String(steps).length)}/${steps}`;
  const doing = phase === "train" ? "" : phase === "probe" ? "  probing" : "  evaluating";
  const left = secondsLeft === undefined ? "" : `  ${describeDuration(secondsLeft)} left`;
  const mean = Number.isFinite(loss) ? `loss ${loss.toFixed(3)}` : "loss –";
  return `${name}  ${count}  ${mean}  dead ${Math.round(100 * deadShare)} %${left}${doing}`;
}
