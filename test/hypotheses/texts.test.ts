import { describe, expect, it } from "vitest";
import { decayText, paceText, pullText } from "../../lib/hypotheses/h05/mechanism-texts.js";
import { laterOfDead, returnsSummary } from "../../lib/hypotheses/h20/returns-texts.js";
import { h20, returnsAtDrop } from "../../lib/hypotheses/h20.js";
import type { ArmRuns } from "../../lib/hypotheses/index.js";
import { madeUpArm, madeUpStudy } from "../support/made-up-runs.js";

describe("sentences on the mechanism", () => {
  it("say after how many steps a scalar is dead, or how far it got, and how far formula and steps are apart", () => {
    const curve = (stepped: number[]) => ({
      name: "a",
      optimizer: "Adam",
      form: "l2" as const,
      closedForm: stepped.map((value) => value + 1e-7),
      stepped,
    });
    expect(decayText([curve([1, 0.5, 1e-4]), curve([1, 0.9])])).toBe(
      "**a** is below $10^{-3}$ after 2 steps (at most 1e-7 from the closed form); **a** is at 0.90 after 1 steps (at most 1e-7 from the closed form).",
    );
  });

  it("are made of both optimizers' runs", () => {
    const runs = madeUpStudy({ seeds: [1, 2] });
    for (const text of [pullText(runs), paceText(runs)]) {
      expect(text).toMatch(/\*\*Adam with L2.*\*\*SGD\+momentum with L2/s);
      expect(text).not.toContain("NaN");
    }
  });
});

/** Filters of one layer: half of them silent from 60 % of training, a quarter of these back at the next probe and to the end. */
function sleepyArm(answered: number): ArmRuns {
  const item = madeUpArm({ lambda: 1e-3, widths: [40], deadShare: 0, seeds: [1, 2], steps: 10_000 });
  for (const { filters, record } of item.runs) {
    const { steps } = record.probes;
    const slept = steps.findIndex((step) => step >= 6000);
    for (const [row, step] of filters.step.entries()) {
      const filter = filters.filter[row]!;
      const silent = filter < 20 && (filter < 15 ? step >= steps[slept]! : step === steps[slept]);
      filters.gamma[row] = 1;
      filters.maxActivation[row] = silent ? 0 : 1;
      filters.selectivity[row] = silent ? 1 : 1 - answered;
      filters.gammaGradient[row] = silent ? 0 : 1;
    }
  }
  return item;
}

describe("tables of returns", () => {
  it("follow those found dead at 60 % of training to the end", () => {
    const probes = sleepyArm(0.005).runs[0]!.record.probes.steps;
    const at = probes.find((step) => step >= 6000)! / 10_000;
    const [row] = laterOfDead([sleepyArm(0.005)], { at }).rows;
    expect(row!.slice(1)).toEqual([50, 25, 0].map((mean) => ({ mean, halfWidth: 0 })));
    expect(laterOfDead([sleepyArm(0.5)], { at }).rows[0]![3]).toEqual({ mean: 25, halfWidth: 0 });
  });

  it("leave out arms without returns", () => {
    expect(returnsSummary([madeUpArm({ lambda: 1e-3, deadShare: 0, widths: [4] })]).rows).toEqual([]);
  });

  it("compare the interval after the drop with its neighbors only where filters are silent in all of them", () => {
    expect(returnsAtDrop([madeUpArm({ lambda: 1e-3, deadShare: 0, widths: [4] })]).rows).toEqual([]);
    expect(h20.arms({ scale: "lite" }).filter(({ supporting }) => supporting).length).toBeGreaterThan(3);
  });
});
