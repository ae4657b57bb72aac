import type { Schedule } from "./schedule-config.js";

/** Constants of `OneCycleLR`, PyTorch's defaults: first rate, last rate, share of rising steps. */
const oneCycle = { first: 1 / 25, last: 1 / (25 * 1e4), rising: 0.3 };

/**
 * What the learning rate (and decoupled decay) is multiplied with at a step.
 *
 * - "constant": 1.
 * - "step": times `factor` at every milestone (a share of all steps) passed, like PyTorch's `MultiStepLR`.
 * - "cosine": half a cosine from 1 to `final`, over the steps after the warm-up (Loshchilov and Hutter 2017 without
 *   restarts, like PyTorch's `CosineAnnealingLR`).
 * - "one-cycle": PyTorch's `OneCycleLR` with its defaults (Smith and Topin 2018), but for the momentum, which stays.
 *   The configured learning rate is its maximum.
 *
 * `warmup` (a share of all steps) starts any but the last with a linear rise: 1/W, 2/W, ..., 1 over W steps.
 *
 * @param step counted from 1
 */
export function scheduleFactor(schedule: Schedule, step: number, steps: number): number {
  const warmup = Math.round(schedule.warmup * steps);
  return Math.min(1, step / Math.max(1, warmup)) * baseFactor(schedule, step, steps, warmup);
}

/** Mean factor over all steps: with the learning rate, how far a steady pull can take a parameter in a run. */
export function meanScheduleFactor(schedule: Schedule, steps: number): number {
  let sum = 0;
  for (let step = 1; step <= steps; step++) sum += scheduleFactor(schedule, step, steps);
  return sum / steps;
}

function baseFactor(schedule: Schedule, step: number, steps: number, warmup: number): number {
  switch (schedule.name) {
    case "constant":
      return 1;
    case "step": {
      const passed = schedule.milestones.filter((milestone) => step > Math.round(milestone * steps)).length;
      return schedule.factor ** passed;
    }
    case "cosine":
      return anneal(1, schedule.final, Math.max(0, step - 1 - warmup) / Math.max(1, steps - warmup));
    case "one-cycle": {
      const { first, last, rising } = oneCycle;
      const peak = rising * steps - 1;
      const at = step - 1;
      return at <= peak ? anneal(first, 1, at / peak) : anneal(1, last, (at - peak) / (steps - 1 - peak));
    }
  }
}

/** Half a cosine from one value to another; `share` of the way from 0 to 1. */
const anneal = (from: number, to: number, share: number): number =>
  to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2;
