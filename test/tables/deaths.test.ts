import { describe, expect, it } from "vitest";
import { UserError } from "../../lib/errors.js";
import { findDeaths, findResurrections } from "../../lib/sparsity/index.js";
import { mean, median, tInterval } from "../../lib/statistics.js";
import { gapSummary, likeErrorSummary, selectivitySurvival } from "../../lib/tables/comparisons.js";
import { filtersFrame } from "../../lib/tables/data-frames.js";
import { deathSummary } from "../../lib/tables/deaths.js";
import { armSummary, selectivitySummary } from "../../lib/tables/summary.js";
import type { Estimate } from "../../lib/tables/table.js";
import { madeUpArm } from "../support/made-up-runs.js";

const small = { widths: [8, 16], lambda: 1e-3, deadShare: 0.4 };
const arm = madeUpArm(small);

describe("filtersFrame", () => {
  it("has a row per filter of every run that did not diverge, with its death", () => {
    const diverged = madeUpArm({ ...small, divergedSeeds: [3] });
    const frame = filtersFrame([diverged]);
    expect(frame.numRows()).toBe(2 * 24);
    const rows = frame.objects() as { seed: number; diedAt: number | null; state: string }[];
    const dead = rows.filter(({ seed, diedAt }) => seed === 1 && diedAt !== null);
    expect(dead).toHaveLength(findDeaths(diverged.runs[0]!.filters).length);
    expect(dead.every(({ state }) => state.startsWith("dead"))).toBe(true);
  });
});

describe("deathSummary", () => {
  it("counts causes, times and returns as lib/sparsity does, with intervals over seeds", () => {
    const [row] = deathSummary([arm]).rows as [[string, ...Estimate[]]];
    const deaths = arm.runs.map(({ filters }) => findDeaths(filters));
    const shares = deaths.map(({ length }) => (100 * length) / 24);
    expect(row[1]!.mean).toBeCloseTo(mean(shares), 8);
    expect(row[1]!.mean + row[1]!.halfWidth).toBeCloseTo(tInterval(shares)[1], 6);
    const byScale = deaths.map(
      (own) => (100 * own.filter(({ cause }) => cause === "scale").length) / own.length,
    );
    expect(row[2]!.mean).toBeCloseTo(mean(byScale), 8);
    expect(row[2]!.mean + row[3]!.mean).toBeCloseTo(100, 8);
    const times = deaths.map((own) => (100 * median(own.map(({ step }) => step))) / 15_000);
    expect(row[5]!.mean).toBeCloseTo(mean(times), 6);
    const back = arm.runs.map(
      ({ filters }) =>
        new Set(findResurrections(filters).map(({ layer, filter }) => `${layer}/${filter}`)).size,
    );
    expect(row[6]!.mean).toBeCloseTo((100 * mean(back)) / 24, 8);
  });

  it("has no causes where nothing died, and refuses no runs", () => {
    const [alive] = deathSummary([madeUpArm({ widths: [4], deadShare: 0 })]).rows;
    expect(alive!.slice(2, 6)).toEqual([null, null, null, null]);
    expect(() => deathSummary([madeUpArm({ seeds: [] })])).toThrow(UserError);
  });
});

describe("selectivity", () => {
  it("is summarized over the survivors of each layer", () => {
    const { columns, rows } = selectivitySummary([arm]);
    expect(columns.map(({ label }) => label)).toEqual(["Arm", "C1", "C2"]);
    const seeds = arm.runs.map(({ filters }) => {
      const last = [...filters.step.keys()].slice(-24, -16).filter((row) => filters.maxActivation[row]! > 0);
      return 100 * mean(last.map((row) => filters.selectivity[row]!));
    });
    expect((rows[0]![1] as Estimate).mean).toBeCloseTo(mean(seeds), 6);
  });

  it("sorts filters into groups that add up, and says what share of each died", () => {
    const { rows } = selectivitySurvival([arm]);
    expect(rows).toHaveLength(3);
    const alive = rows.reduce((sum, [, , filters]) => sum + (filters as number), 0);
    expect(alive).toBeGreaterThan(0);
    expect(alive).toBeLessThanOrEqual(3 * 24);
  });
});

describe("comparisons by optimizer", () => {
  it("pair seeds and leave out those without both sides", () => {
    const rows = [1, 2, 3].map((seed) => ({
      optimizer: "Adam",
      seed,
      dead: 40 + seed,
      sgd: seed === 3 ? Number.NaN : 10,
    }));
    const [row] = likeErrorSummary(rows, { margin: 1 }).rows;
    expect(row!.slice(0, 2)).toEqual(["Adam", 2]);
    expect((row![4] as Estimate).mean).toBe(31.5);
  });

  it("show gaps at equal survivors over the seeds that have one, and refuse none", () => {
    const { rows } = gapSummary([
      { optimizer: "Adam", seed: 1, best: 2, equal: Number.NaN, penalized: -4 },
      { optimizer: "Adam", seed: 2, best: 3, equal: 1, penalized: Number.NaN },
    ]);
    expect((rows[0]![2] as Estimate).mean).toBe(2.5);
    expect((rows[0]![3] as Estimate).mean).toBe(1);
    expect(() => gapSummary([])).toThrow(/npm run reproduce/);
  });
});

it("armSummary puts what a hypothesis varies beside the arm", () => {
  const about = [{ label: "Batch", of: ({ arm: own }: typeof arm) => own.config.batchSize }];
  const { columns, rows } = armSummary([arm], { about });
  expect(columns.map(({ label }) => label).slice(0, 3)).toEqual(["Arm", "Batch", "Seeds"]);
  expect(rows[0]![1]).toBe(arm.arm.config.batchSize);
});
