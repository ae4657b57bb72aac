import { describeDuration } from "../runs/describe.js";
import { type Display, inNotebook, show } from "./display.js";

export interface ProgressState {
  /** What is being done, e.g. "Adam, L2 1e-3, seed 2". */
  label: string;
  /** Done so far and in all, in `unit`s. */
  done: number;
  total: number;
  /** Default "steps". */
  unit?: string;
  /** e.g. "loss 0.312, 12 % dead". */
  detail?: string;
}

export interface ProgressDisplay {
  /** Redraws the line, at most four times a second. */
  update(state: ProgressState): void;
  /** Replaces the line by one sentence that stays in the notebook. */
  finish(summary: string): void;
}

const redrawEvery = 250;

/** One line of a notebook cell that follows a long computation. Outside a notebook only the summary is printed. */
export function progressDisplay({ now = () => performance.now() } = {}): ProgressDisplay {
  let display: Display | undefined;
  let drawn = Number.NEGATIVE_INFINITY;
  let started: { at: number; done: number } | undefined;

  const draw = (text: string) => {
    const bundle = { "text/plain": text };
    if (display) display.update(bundle);
    else display = show(bundle);
  };

  return {
    update(state) {
      const at = now();
      if (!started || state.done < started.done) started = { at, done: state.done };
      if (!inNotebook() || at - drawn < redrawEvery) return;
      drawn = at;
      draw(progressLine(state, (at - started.at) / (state.done - started.done)));
    },
    finish: draw,
  };
}

const barWidth = 20;

/** e.g. "Adam, L2 1e-3  ████░░░░  1,240/2,000 steps  loss 0.312  1 min 5 s left". */
export function progressLine(
  { label, done, total, unit = "steps", detail }: ProgressState,
  millisecondsEach: number,
): string {
  const filled = Math.round((barWidth * Math.min(done, total)) / Math.max(total, 1));
  const bar = "█".repeat(filled) + "░".repeat(barWidth - filled);
  const left = (total - done) * millisecondsEach;
  const count = `${done.toLocaleString("en")}/${total.toLocaleString("en")} ${unit}`;
  return [
    label,
    bar,
    count,
    detail,
    Number.isFinite(left) && left > 0 && `${describeDuration(left / 1000)} left`,
  ]
    .filter(Boolean)
    .join("  ");
}
