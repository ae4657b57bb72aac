import { expect, it } from "vitest";
import { scheduleFactor } from "../../lib/training/index.js";

const schedule = { name: "step" as const, milestones: [0.6, 0.85], factor: 0.1 };

it("multiplies the learning rate by the factor after each milestone", () => {
  const factors = [1, 600, 601, 850, 851, 1000].map((step) => scheduleFactor(schedule, step, 1000));
  const expected = [1, 1, 0.1, 0.1, 0.01, 0.01];
  for (const [index, factor] of factors.entries()) expect(factor).toBeCloseTo(expected[index]!, 12);
});

it("stays 1 when constant", () => {
  expect(scheduleFactor({ ...schedule, name: "constant" }, 1000, 1000)).toBe(1);
});
