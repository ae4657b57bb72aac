import { describe, expect, it } from "vitest";
import { type Schedule, scheduleSchema } from "../../lib/runs/config/schedule.js";
import { scheduleFactor } from "../../lib/training/schedule.js";

const factors = (schedule: Partial<Schedule>, at: number[], steps = 1000): number[] =>
  at.map((step) => scheduleFactor(scheduleSchema.parse(schedule), step, steps));

const expectClose = (actual: number[], expected: number[]) => {
  for (const [index, factor] of actual.entries()) expect(factor).toBeCloseTo(expected[index]!, 12);
};

describe("the learning rate's factor", () => {
  it("stays 1 when constant", () => {
    expect(factors({ milestones: [0.5] }, [1, 1000])).toEqual([1, 1]);
  });

  it("is multiplied after each milestone", () => {
    const schedule = { name: "step", milestones: [0.6, 0.85], factor: 0.1 } as const;
    expectClose(factors(schedule, [1, 600, 601, 850, 851, 1000]), [1, 1, 0.1, 0.1, 0.01, 0.01]);
  });
});
