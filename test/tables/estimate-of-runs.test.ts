import { describe, expect, it } from "vitest";
import { UserError } from "../../lib/errors.js";
import { tInterval } from "../../lib/statistics.js";
import { estimateOfRuns, estimateText } from "../../lib/tables/estimate-of-runs.js";
import { madeUpStudy } from "../support/made-up-runs.js";

describe("estimateOfRuns", () => {
  const arms = madeUpStudy();
  it("is the mean over an arm's seeds, in percent, with Student's interval", () => {
    const values = arms[0]!.runs.map(({ record }) => 100 * record.final.testError);
    const [low, high] = tInterval(values);
    const { mean, halfWidth, runs } = estimateOfRuns(arms[0]!, "testError");
    expect(runs).toBe(values.length);
    expect(mean - halfWidth).toBeCloseTo(low, 10);
    expect(mean + halfWidth).toBeCloseTo(high, 10);
  });
  it("takes all runs of several arms, and any measure", () => {
    const seeds = arms.flatMap(({ runs }) => runs.map(({ record }) => record.seed));
    const { mean, runs } = estimateOfRuns(arms, ({ record }) => record.seed);
    expect(runs).toBe(seeds.length);
    expect(mean).toBeCloseTo(seeds.reduce((a, b) => a + b, 0) / seeds.length, 10);
  });
  it("says which arms lack runs", () => {
    const empty = { ...arms[0]!, runs: [] };
    expect(() => estimateOfRuns(empty, "testError")).toThrow(UserError);
    expect(() => estimateOfRuns(empty, "testError")).toThrow(arms[0]!.arm.label);
  });
});

describe("estimateText", () => {
  it("writes mean and half-width with the unit, a true minus, and no interval for one run", () => {
    expect(estimateText({ mean: 47.26, halfWidth: 1.24 })).toBe("47.3 ± 1.2 %");
    expect(
      estimateText({ mean: -2, halfWidth: Number.POSITIVE_INFINITY }, { digits: 0, unit: "points" }),
    ).toBe("−2 points");
    expect(estimateText({ mean: 3.14159, halfWidth: 0.05 }, { digits: 2, unit: "" })).toBe("3.14 ± 0.05");
  });
});
