import type { RunConfig } from "../runs/config.js";

/**
 * The learning-rate schedule's factor at a step: 1 at the start; "step" multiplies it by `factor` at every
 * milestone (a share of all steps) passed.
 *
 * @param step counted from 1
 */
export function scheduleFactor(schedule: RunConfig["schedule"], step: number, steps: number): number {
  if (schedule.name === "constant") return 1;
  const passed = schedule.milestones.filter((milestone) => step > Math.round(milestone * steps)).length;
  return schedule.factor ** passed;
}
