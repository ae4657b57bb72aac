import { describe, expect, it } from "vitest";
import { activityOfReturned, returnsBySleep, returnsOverTraining } from "../../lib/figures/returns.js";
import type { ArmRuns } from "../../lib/study/arm.js";
import { tracesOf } from "../support/figure-points.js";
import { madeUpArm } from "../support/made-up-runs.js";

/** Forty filters of one layer: all silent at the third probe, ten of them awake again at the fourth and to the end. */
function sleepyArm(): ArmRuns {
  const arm = madeUpArm({ lambda: 1e-3, widths: [40], deadShare: 0, seeds: [1] });
  const [{ filters, record }] = arm.runs as [ArmRuns["runs"][number]];
  for (const [row, step] of filters.step.entries()) {
    const silent =
      step >= record.probes.steps[2]! && (filters.filter[row]! >= 10 || step === record.probes.steps[2]);
    filters.gamma[row] = 1;
    filters.maxActivation[row] = silent ? 0 : 1;
    filters.selectivity[row] = silent ? 1 : 0.995;
  }
  return arm;
}

const panel = (item: ArmRuns) => [
  {
    name: "Adam",
    series: [{ name: "a", item, style: { color: "#D55E00", dash: "solid", symbol: "circle" } }],
  },
];

describe("figures of returns", () => {
  it("give the share that the next probe finds active, in the middle between both", () => {
    const item = sleepyArm();
    const { steps } = item.runs[0]!.record.probes;
    const [line] = tracesOf(returnsOverTraining(panel(item)));
    expect(line!.x[0]).toBe((steps[2]! + steps[3]!) / 2);
    expect(line!.y.slice(0, 2)).toEqual([25, 0]);
    expect(line!.error_y!.array[0]).toBeGreaterThan(10);
  });

  it("tell those that have long been silent apart", () => {
    const [line] = tracesOf(returnsBySleep(panel(sleepyArm())));
    expect([line!.x, line!.y]).toEqual([
      [1, 2, 3],
      [25, 0, 0],
    ]);
  });

  it("put returned filters by the share of images they answer to, beside those never silent", () => {
    const [never, returned] = tracesOf(activityOfReturned([sleepyArm()]));
    expect(never!.y).toEqual([0, 0, 0, 0, 0]);
    expect(returned!.y).toEqual([0, 100, 0, 0, 0]);
  });
});
