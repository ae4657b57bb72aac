import { z } from "zod";
import { fraction } from "./fields.js";

export const scheduleSchema = z.strictObject({
  /** "step": the learning rate is multiplied by `factor` at each milestone (a share of all steps). */
  name: z.enum(["constant", "step"]).default("constant"),
  milestones: z.array(fraction).default([]),
  factor: z.number().gt(0).max(1).default(0.1),
});

export type Schedule = z.output<typeof scheduleSchema>;

/** The same for every schedule that changes nothing. */
export function normalizeSchedule(schedule: Schedule): Schedule {
  const { name, milestones } = schedule;
  return name === "constant" || milestones.length === 0 ? scheduleSchema.parse({}) : schedule;
}
