import { z } from "zod";
import { fraction } from "../fields.js";

export const scheduleSchema = z
  .strictObject({
    /**
     * "step": the learning rate is multiplied by `factor` at each milestone (a share of all steps). "cosine": it falls
     * along half a cosine to `final` times itself. "one-cycle": it rises from 1/25 of itself over the first 30 % of the
     * steps and falls to 1/250,000, both along half a cosine.
     */
    name: z.enum(["constant", "step", "cosine", "one-cycle"]).default("constant"),
    milestones: z.array(fraction).default([]),
    factor: z.number().gt(0).max(1).default(0.1),
    final: z.number().min(0).lt(1).default(0),
    /** Share of all steps over which the rate first rises linearly; not for "one-cycle", which rises by itself. */
    warmup: z.number().min(0).lt(1).default(0),
  })
  .refine(({ name, warmup }) => name !== "one-cycle" || warmup === 0, {
    path: ["warmup"],
    error: "one-cycle rises by itself, leave warmup out",
  });

export type Schedule = z.output<typeof scheduleSchema>;

/** The same for every schedule that does the same. */
export function normalizeSchedule({ name, milestones, factor, final, warmup }: Schedule): Schedule {
  switch (name) {
    case "step":
      return scheduleSchema.parse(
        milestones.length === 0 ? { warmup } : { name, milestones, factor, warmup },
      );
    case "cosine":
      return scheduleSchema.parse({ name, final, warmup });
    default:
      return scheduleSchema.parse({ name, warmup });
  }
}
