import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { meanScheduleFactor, scheduleFactor } from "../../lib/training/schedule.js";
import { scheduleSchema } from "../../lib/training/schedule-config.js";
import { loadFixture } from "../support/fixtures.js";

const factorsOf = (schedule: unknown, steps: number): number[] => {
  const parsed = scheduleSchema.parse(schedule);
  return Array.from({ length: steps }, (_, index) => scheduleFactor(parsed, index + 1, steps));
};

describe("the learning rate's factor", () => {
  const { steps, cases } = loadFixture("schedules");
  it.each(cases.map(({ schedule, factors }) => [JSON.stringify(schedule), schedule, factors] as const))(
    "agrees with PyTorch's scheduler: %s",
    (_, schedule, expected) => {
      for (const [index, factor] of factorsOf(schedule, steps).entries()) {
        expect(factor, `step ${index + 1}`).toBeCloseTo(expected[index]!, 12);
      }
    },
  );

  it("has a mean of one half under cosine decay, and less with a warm-up", () => {
    const mean = (schedule: unknown) => meanScheduleFactor(scheduleSchema.parse(schedule), 1000);
    expect(mean({ name: "cosine" })).toBeCloseTo(0.5, 2);
    expect(mean({ name: "step", milestones: [0.5], factor: 0.1 })).toBeCloseTo(0.55, 12);
    expect(mean({ name: "step", milestones: [0.5], factor: 0.1, warmup: 0.1 })).toBeCloseTo(0.55 - 0.05, 2);
  });

  it("stays 1 when constant", () => {
    expect(new Set(factorsOf({ milestones: [0.5] }, 10))).toEqual(new Set([1]));
  });

  it("is above 0 and at most 1 for any schedule and number of steps", () => {
    const schedules = fc.record({
      name: fc.constantFrom("constant", "step", "cosine", "one-cycle"),
      milestones: fc.array(fc.double({ min: 0.01, max: 0.99, noNaN: true }), { maxLength: 3 }),
      final: fc.double({ min: 0, max: 0.9, noNaN: true }),
      warmup: fc.double({ min: 0, max: 0.999, noNaN: true }),
    });
    fc.assert(
      fc.property(schedules, fc.integer({ min: 1, max: 200 }), (schedule, steps) => {
        const { name, warmup } = schedule;
        const factors = factorsOf({ ...schedule, warmup: name === "one-cycle" ? 0 : warmup }, steps);
        expect(factors.every((factor) => factor > 0 && factor <= 1)).toBe(true);
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});
