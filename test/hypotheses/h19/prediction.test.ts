import { describe, expect, it } from "vitest";
import { UserError } from "../../../lib/errors.js";
import type { OwnContrast } from "../../../lib/hypotheses/contrast.js";
import { earlyFilters, earlySignNames, earlySigns } from "../../../lib/hypotheses/h19/early-signs.js";
import { filterRanking } from "../../../lib/hypotheses/h19/filter-ranking.js";
import {
  finalDeadShare,
  meanAbsoluteError,
  type PredictionCase,
  predictHeldOut,
  predictOthers,
} from "../../../lib/hypotheses/h19/prediction.js";
import { h19, predictionErrors, predictionErrorsElsewhere, studied } from "../../../lib/hypotheses/h19.js";
import { lightRun } from "../../../lib/runs/light.js";
import { studyRuns } from "../../../lib/study/study-runs.js";
import type { Estimate } from "../../../lib/tables/table.js";
import { madeUpArm } from "../../support/made-up-runs.js";

/** Arms whose dead share is 30 times the first sign, plus 10 a decade of penalty; the second sign tells nothing. */
function cases({ lambdas = [1e-4, 1e-3, 1e-2], signs = (i: number) => [i, 0.5] } = {}): PredictionCase[] {
  return lambdas.flatMap((lambda, i) =>
    [1, 2].map((seed) => ({
      arm: madeUpArm({ lambda, widths: [4], seeds: [] }).arm,
      seed,
      dead: 10 + 10 * i,
      signs: signs(i),
    })),
  );
}

describe("predictHeldOut", () => {
  it("goes straight between the neighboring penalties, and takes the nearest beyond them", () => {
    expect(predictHeldOut(cases(), "configuration")).toEqual(
      [20, 20, 20, 20, 20, 20].map((v) => expect.closeTo(v, 9)),
    );
    const four = predictHeldOut(cases({ lambdas: [1e-5, 1e-4, 1e-3, 1e-2] }), "configuration");
    expect([four[0], four[2], four[7]]).toEqual([20, 20, 30].map((v) => expect.closeTo(v, 9)));
  });

  it("never learns from the held-out arm: changing its outcome does not change its prediction", () => {
    for (const predictor of ["mean", "configuration", "signs", "both"] as const) {
      const before = cases({ lambdas: [1e-4, 1e-3, 1e-2, 1e-1] });
      const after = before.map((one, i) => (i < 2 ? { ...one, dead: 99 } : one));
      const [a, b] = [predictHeldOut(before, predictor), predictHeldOut(after, predictor)];
      expect(a.slice(0, 2)).toEqual(b.slice(0, 2));
      expect(a[2]).not.toBeCloseTo(b[2]!, 6);
    }
  });

  it("reads the signs, within 0 and 100 %", () => {
    const known = cases({ lambdas: [1e-6, 1e-5, 1e-4, 1e-3, 1e-2] });
    const error = meanAbsoluteError(known, predictHeldOut(known, "signs"));
    expect(error).toBeLessThan(meanAbsoluteError(known, predictHeldOut(known, "mean")) / 2);
    const far = [
      { ...known[0]!, signs: [1000, 0.5] },
      { ...known[0]!, signs: [-1000, 0.5] },
    ];
    expect(predictOthers(known, far, "signs")).toEqual([100, 0]);
  });

  it("needs three arms", () => {
    expect(() => predictHeldOut(cases({ lambdas: [1e-4, 1e-3] }), "mean")).toThrow(UserError);
  });
});

describe("early signs", () => {
  const { runs } = madeUpArm({ lambda: 1e-3, widths: [16, 32], deadShare: 0.5, steps: 2500 });
  const [run] = runs;

  it("come from the latest probe within the share, with the pace since the one before", () => {
    const { step, logGamma, pace, inactive } = earlyFilters(run!, 0.4);
    expect(step).toBe(1000);
    const row = (probe: number) => 48 * probe + 5;
    const at = (probe: number) => Math.log10(Math.abs(run!.filters.gamma[row(probe)]!));
    expect(logGamma[5]).toBeCloseTo(at(2), 6);
    // From step 250 to step 1000 are three tenths of 2500.
    expect(pace[5]).toBeCloseTo((at(1) - at(2)) / 3, 6);
    expect(inactive).toHaveLength(48);
    expect(earlySigns(run!, 0.4)).toHaveLength(earlySignNames.length);
  });

  it("have no pace before the second probe", () => {
    expect(earlyFilters(run!, 0).pace.every((pace) => pace === 0)).toBe(true);
  });

  it("rank filters: made-up ones that die have smaller gammas from the start", () => {
    expect(filterRanking(run!, "scale", 0.1)).toBeGreaterThan(0.9);
    const alive = madeUpArm({ deadShare: 0, widths: [16], seeds: [1] }).runs[0]!;
    expect(filterRanking(alive, "scale", 0.1)).toBeNaN();
  });

  it("the final share counts filters inactive by either measure", () => {
    const { filters, record } = madeUpArm({ deadShare: 0, widths: [4], seeds: [1] }).runs[0]!;
    filters.maxActivation[filters.step.length - 1] = 0;
    filters.gamma[filters.step.length - 2] = 1e-4;
    expect(finalDeadShare({ record, filters })).toBe(50);
  });
});

describe("tables of errors", () => {
  const arms = [1e-4, 1e-3, 3e-3, 1e-2].map((lambda, i) =>
    madeUpArm({ lambda, widths: [16, 16], deadShare: 0.2 * i, steps: 2500 }),
  );

  it("have a row per predictor, and one per arm that varies something else", () => {
    const { rows } = predictionErrors(arms);
    expect(rows.map(([name]) => name)).toEqual([
      "mean of other arms",
      "configuration",
      "early signs",
      "both together",
    ]);
    for (const [, seeds, error] of rows) {
      expect(seeds).toBe(3);
      expect((error as Estimate).mean).toBeGreaterThan(0);
    }
    const other = madeUpArm({ lambda: 2e-3, widths: [16, 16], deadShare: 0.4, steps: 2500 });
    const table = predictionErrorsElsewhere([...arms, { ...other, arm: { ...other.arm, supporting: true } }]);
    expect(table.rows).toHaveLength(1);
    expect(table.rows[0]).toHaveLength(table.columns.length);
  });

  it("are not of light records, which have no pace: beside whole ones they would pass for filters that stand still", () => {
    const light = { ...arms[0]!, runs: arms[0]!.runs.map(lightRun) };
    expect(studied([light, ...arms.slice(1)])).toEqual(arms.slice(1));
    expect(() => studied([light])).toThrow(/all their probes, which light records lack/);
  });

  it("say nothing of a few arms, in the verdict and in its specifications alike", () => {
    const few = studyRuns([...arms, madeUpArm({ lambda: 2e-3, steps: 2500 })]);
    const main = h19.contrasts.main as OwnContrast;
    expect(() => main.pairs(few)).toThrow(/at least 6 arms.* those of 5/);
    expect(() => main.specifications!(few)).toThrow(/at least 6 arms/);
    expect(main.specifications!(studyRuns([...few, madeUpArm({ lambda: 5e-3, steps: 2500 })]))).toHaveLength(
      12,
    );
  });
});
