import { describe, expect, it } from "vitest";
import { gapsOf, mostAccurateBySize, studyOfGap } from "../../../lib/hypotheses/h13/gap.js";
import type { Run } from "../../../lib/runs/record.js";
import type { ArmRuns } from "../../../lib/study/arm.js";
import { madeUpArm } from "../../support/made-up-runs.js";

const wide = [40, 60];
const half = [20, 30];

/** An arm of one seed that ends with these, in %. */
function ended(arm: ArmRuns, { error, dead }: { error: number; dead: number }): ArmRuns {
  const runs = arm.runs.map(
    (run): Run => ({
      ...run,
      record: {
        ...run.record,
        final: { ...run.record.final, testError: error / 100, deadByActivation: dead / 100 },
      },
    }),
  );
  return { ...arm, runs };
}

const made = (optimizer: string, lambda: number, widths: number[], end: { error: number; dead: number }) =>
  ended(madeUpArm({ optimizer, lambda, widths, seeds: [1] }), end);

const study = [
  made("SGD+momentum", 0, wide, { error: 36, dead: 0 }),
  made("SGD+momentum", 1e-3, wide, { error: 33, dead: 0 }),
  made("SGD+momentum", 1e-2, wide, { error: 45, dead: 40 }),
  made("SGD+momentum", 1e-3, half, { error: 35, dead: 0 }),
  made("SGD+momentum", 5e-3, half, { error: 39, dead: 0 }),
  made("Adam", 0, wide, { error: 36, dead: 0 }),
  made("Adam", 1e-3, wide, { error: 34.5, dead: 20 }),
];

describe("the gap to SGD", () => {
  const { plain, narrow, adaptive } = studyOfGap(study);

  it("shrinks by what SGD loses in a network with as many filters alive", () => {
    const { best, equal, penalized } = gapsOf(adaptive[0]!, { plain, narrow, seed: 1 });
    expect(best).toBeCloseTo(1.5, 10);
    // 80 of 100 filters: 3/5 of the way from 50 at 35 % to 100 at 33 %.
    expect(equal).toBeCloseTo(34.5 - 33.8, 10);
    // 20 % dead: half the way from none at 33 % to 40 at 45 %.
    expect(penalized).toBeCloseTo(34.5 - 39, 10);
  });

  it("is the gap to the best itself for a method that has lost no more than it", () => {
    const whole = [made("Adam", 0, wide, { error: 36, dead: 0 })];
    const { best, equal } = gapsOf(whole, { plain, narrow, seed: 1 });
    expect(equal).toBe(best);
  });

  it("is unknown for a seed with missing runs, and beyond the narrowest network", () => {
    expect(gapsOf(adaptive[0]!, { plain, narrow, seed: 2 }).best).toBeNaN();
    const few = [made("Adam", 1e-2, wide, { error: 34, dead: 60 })];
    expect(gapsOf(few, { plain, narrow, seed: 1 }).equal).toBeNaN();
  });

  it("takes of each size the network with the lowest error", () => {
    const chosen = mostAccurateBySize([...plain, ...narrow]);
    expect(chosen.map(({ arm }) => [arm.config.model.widths, arm.lambda])).toEqual([
      [wide, 1e-3],
      [half, 1e-3],
    ]);
  });
});
