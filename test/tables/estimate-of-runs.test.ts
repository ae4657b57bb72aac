import { describe, expect, it } from "vitest";
import { UserError } from "../../lib/errors.js";
import { tInterval } from "../../lib/statistics.js";
import { differenceOfRuns, estimateOfRuns, estimateText } from "../../lib/tables/estimate-of-runs.js";
import { madeUpArm, madeUpStudy } from "../support/made-up-runs.js";

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
  it("counts filters that are active, but nowhere beyond 1e-3", () => {
    const arm = madeUpArm({ widths: [4], deadShare: 0, seeds: [1] });
    const { filters, record } = arm.runs[0]!;
    const last = [...filters.step.keys()].filter((row) => filters.step[row] === record.final.step);
    for (const [i, activation] of [0, 1e-6, 5e-4, 2e-3].entries())
      filters.maxActivation[last[i]!] = activation;
    expect(estimateOfRuns(arm, "faint").mean).toBe(50);
  });
  it("says which arms lack runs", () => {
    const empty = { ...arms[0]!, runs: [] };
    expect(() => estimateOfRuns(empty, "testError")).toThrow(UserError);
    expect(() => estimateOfRuns(empty, "testError")).toThrow(arms[0]!.arm.label);
  });
});

describe("differenceOfRuns", () => {
  const error = (arm: typeof strong) => arm.runs.map(({ record }) => 100 * record.final.testError);
  const strong = madeUpArm({ lambda: 1e-3, testError: 0.4, divergedSeeds: [2] });
  const weak = madeUpArm({ lambda: 1e-4, testError: 0.3 });

  it("pairs the seeds that finished on both sides", () => {
    const [a, b] = [error(strong), error(weak)];
    const differences = [a[0]! - b[0]!, a[2]! - b[2]!];
    const [low, high] = tInterval(differences);
    const { mean, halfWidth, runs } = differenceOfRuns(strong, weak, "testError");
    expect(runs).toBe(2);
    expect([mean - halfWidth, mean + halfWidth]).toEqual([expect.closeTo(low, 9), expect.closeTo(high, 9)]);
  });

  it("takes the mean of several arms of a side", () => {
    const one = differenceOfRuns([strong], weak, "testError").mean;
    expect(differenceOfRuns([strong, weak], weak, "testError").mean).toBeCloseTo(one / 2, 9);
  });

  it("says where there is nothing to compare", () => {
    const empty = { ...strong, runs: [] };
    expect(() => differenceOfRuns(empty, weak, "testError")).toThrow(UserError);
  });
});

describe("estimateText", () => {
  it("writes mean and half-width with the unit, a true minus, and no interval for one run", () => {
    expect(estimateText({ mean: 47.26, halfWidth: 1.24 })).toBe("47.3 ± 1.2 %");
    expect(
      estimateText({ mean: -2, halfWidth: Number.POSITIVE_INFINITY }, { digits: 0, unit: "points" }),
    ).toBe("−2 points");
    expect(estimateText({ mean: 2.7511, halfWidth: 0.05 }, { digits: 2, unit: "" })).toBe("2.75 ± 0.05");
  });
});
