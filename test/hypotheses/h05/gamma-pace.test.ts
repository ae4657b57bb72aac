import { describe, expect, it } from "vitest";
import { aroundDeaths } from "../../../lib/hypotheses/h05/around-death.js";
import { gammaPaces } from "../../../lib/hypotheses/h05/gamma-pace.js";
import { decayFormula } from "../../../lib/hypotheses/h05/scalar-decay.js";
import { parseRunConfig, type RunConfigInput } from "../../../lib/runs/config.js";
import type { Run } from "../../../lib/runs/record.js";
import { scheduleFactor } from "../../../lib/training/schedule.js";
import { madeUpConfig, madeUpRun } from "../../support/made-up-runs.js";

const probes = [0, 1000, 1300];

/** A run of one filter whose gamma (and second moment) at each step is given. */
function runOf(
  changes: Partial<RunConfigInput>,
  gamma: (step: number) => number,
  moment?: (step: number) => number,
): Run {
  const config = parseRunConfig({
    dataset: { name: "made-up" },
    model: { widths: [1] },
    optimizer: { name: "sgd", learningRate: 0.1, momentum: 0 },
    steps: 1300,
    ...changes,
  });
  const run = madeUpRun(madeUpConfig({ widths: [1] }), { deadShare: 0 });
  const column = (of: (step: number) => number) => Float32Array.from(probes, of);
  return {
    record: { ...run.record, config, probes: { ...run.record.probes, steps: probes } },
    filters: {
      ...run.filters,
      step: Uint32Array.from(probes),
      layer: new Uint8Array(3),
      filter: new Uint16Array(3),
      gamma: column(gamma),
      maxActivation: column((step) => (step === 1300 ? 0 : 1)),
      gammaSecondMoment: column(moment ?? (() => Number.NaN)),
    },
  };
}

const schedule = { name: "step" as const, milestones: [0.5] };

describe("the pace at which gamma falls", () => {
  it("is 1 where only the penalty acts: SGD with L2, and decoupled decay over a drop of the learning rate", () => {
    const l2 = runOf({ penalty: { lambda: 1e-2 } }, (step) => 0.999 ** step);
    const formula = decayFormula(l2.record.config, 100);
    const decoupled = runOf({ penalty: { kind: "decoupled", lambda: 1e-3 }, schedule }, (step) => {
      let value = 1;
      for (let t = 1; t <= step; t++)
        value *= 1 - 1e-3 * scheduleFactor({ ...schedule, factor: 0.1, final: 0, warmup: 0 }, t, 1300);
      return value;
    });
    expect(formula[100]).toBeCloseTo(0.999 ** 100, 12);
    for (const run of [l2, decoupled])
      for (const probe of [1, 2]) expect(gammaPaces(run)(probe, 0)).toBeCloseTo(1, 2);
  });

  it("is 1 for a silent filter under Adam, whose second moment only decays", () => {
    const [rate, lambda, beta2] = [1e-3, 1e-3, 0.999];
    const moment = (step: number) => 1e-4 * beta2 ** step;
    const gamma = (step: number) => {
      let value = 1;
      for (let t = 1; t <= step; t++) value *= 1 - (rate * lambda) / Math.sqrt(moment(t) / (1 - beta2 ** t));
      return value;
    };
    const run = runOf(
      { optimizer: { name: "adam", learningRate: rate }, penalty: { lambda } },
      gamma,
      moment,
    );
    const pace = gammaPaces(run)(2, 0);
    expect(pace).toBeGreaterThan(0.99);
    expect(pace).toBeLessThan(1.01);
  });

  it("is 0 where the objective holds the scale, negative where it grows, and unknown at the first probe and over a change of sign", () => {
    const penalty = { lambda: 1e-2 };
    expect(gammaPaces(runOf({ penalty }, () => 0.5))(1, 0)).toBe(0);
    expect(gammaPaces(runOf({ penalty }, (step) => 1 + step))(1, 0)).toBeLessThan(0);
    expect(gammaPaces(runOf({ penalty }, () => 0.5))(0, 0)).toBeNaN();
    expect(gammaPaces(runOf({ penalty }, (step) => 1100 - step))(2, 0)).toBeNaN();
  });
});

describe("measures around deaths", () => {
  it("are taken at the same probes of filters that die and that live, and only where probes are", () => {
    const run = madeUpRun(madeUpConfig({ widths: [2], lambda: 1e-3, steps: 10_000 }), { deadShare: 0 });
    const { steps } = run.record.probes;
    for (const probe of steps.keys()) {
      run.filters.gamma.set([1, 1], 2 * probe);
      run.filters.maxActivation.set([1, probe >= 1 ? 0 : 1], 2 * probe);
    }
    const seen = aroundDeaths(run, () => (probe, filter) => 10 * probe + filter, [-2, -1, 0]);
    expect(seen).toEqual([
      { offset: -2, dying: [], surviving: [] },
      { offset: -1, dying: [1], surviving: [0] },
      { offset: 0, dying: [11], surviving: [10] },
    ]);
  });
});
