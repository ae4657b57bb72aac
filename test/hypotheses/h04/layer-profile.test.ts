import { describe, expect, it } from "vitest";
import { foretoldRows, layerCorrelations } from "../../../lib/hypotheses/h04/layer-profile.js";
import type { ArmRuns } from "../../../lib/study/arm.js";
import { layerCorrelationSummary } from "../../../lib/tables/layer-correlations.js";
import { isEstimate } from "../../../lib/tables/table.js";
import { madeUpArm } from "../../support/made-up-runs.js";

const widths = [4, 8, 16];

/** Dead filters by layer at the end, and early gradients of each layer. */
function shaped(arm: ArmRuns, dead: number[], gradients: number[]): ArmRuns {
  return {
    ...arm,
    runs: arm.runs.map(({ record, filters }) => ({
      record: {
        ...record,
        final: {
          ...record.final,
          layers: record.final.layers.map((layer, i) => ({ ...layer, deadByActivation: dead[i]! })),
        },
      },
      filters: { ...filters, gammaGradient: Float32Array.from(filters.layer, (layer) => gradients[layer]!) },
    })),
  };
}

// The gradient orders the layers by their dead share; width and depth do but for the last.
const arms = [
  shaped(madeUpArm({ widths }), [0, 0, 0], [3, 1, 2]),
  shaped(madeUpArm({ widths, lambda: 1e-3 }), [0, 8, 8], [3, 1, 2]),
];

describe("correlations of the layers' dead shares", () => {
  it("are with what is known before any filter dies", () => {
    for (const row of layerCorrelations(arms)) {
      expect(row.gradient).toBeCloseTo(1, 10);
      expect(row.width).toBeCloseTo(0.5, 10);
      expect(row.depth).toBeCloseTo(0.5, 10);
    }
    const [row] = layerCorrelationSummary(layerCorrelations(arms)).rows;
    expect(row!.slice(0, 2)).toEqual(["Adam", 3]);
    expect(isEstimate(row![2]!) && row![2].mean).toBeCloseTo(1, 10);
    // Three equal values: no spread, not one of rounding errors.
    expect(isEstimate(row![3]!) && row![3].halfWidth).toBe(0);
  });

  it("leave out seeds with missing runs and optimizers under which nothing dies", () => {
    const partly = [arms[0]!, { ...arms[1]!, runs: arms[1]!.runs.slice(0, 1) }];
    expect(layerCorrelations(partly).map(({ seed }) => seed)).toEqual([1]);
    expect(layerCorrelations([arms[0]!])).toEqual([]);
    expect(() => layerCorrelationSummary([])).toThrow(/npm run reproduce/);
  });
});

describe("early signs", () => {
  /** Two layers of two filters; in each the filter with the smaller gradient is dead at the end, in the second already early. */
  const run = madeUpArm({ widths: [2, 2], lambda: 1e-3, seeds: [1] }).runs[0]!;
  const steps = run.record.probes.steps;
  const early = steps.find((step) => step >= 0.05 * run.record.config.steps)!;
  const { filters } = run;
  const dies = (row: number) => filters.filter[row] === 0;
  const made = {
    ...filters,
    gamma: filters.gamma.map((_, row) =>
      dies(row) && filters.step[row]! > (filters.layer[row] === 0 ? early : 0) ? 0 : 1,
    ),
    maxActivation: filters.maxActivation.map(() => 1),
    gammaGradient: filters.gammaGradient.map((_, row) => (dies(row) ? -1 : 2)),
    gammaSecondMoment: filters.gammaSecondMoment.map(() => Number.NaN),
    selectivity: filters.selectivity.map(() => 0.5),
  };

  it("are counted over pairs within a layer, of filters alive at the probe", () => {
    const [row] = foretoldRows([{ ...madeUpArm({ lambda: 1e-3 }), runs: [{ ...run, filters: made }] }]);
    expect(row).toMatchObject({ name: "Adam", seed: 1, gradient: 100, selectivity: 50 });
    expect(row!.running).toBeNaN();
  });

  it("tell nothing where nothing dies", () => {
    const alive = { ...made, gamma: made.gamma.map(() => 1) };
    const arm = { ...madeUpArm({ lambda: 1e-3 }), runs: [{ ...run, filters: alive }] };
    expect(foretoldRows([arm])).toEqual([]);
  });
});
