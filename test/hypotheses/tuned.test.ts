import { describe, expect, it } from "vitest";
import { h02 } from "../../lib/hypotheses/h02.js";
import { haveFamilies, tunedArms } from "../../lib/hypotheses/tuned.js";
import { madeUpRunsOf } from "../support/made-up-runs.js";

const options = { scale: "reduced" as const, dataset: { name: "cifar10", source: "jpeg" } };
const names = ["Adam, L2", "SGD+momentum, L2"];
const whole = madeUpRunsOf(tunedArms(options, names));

describe("tuned families", () => {
  it("are compared when every setting has all seeds that were set down for it, not before", () => {
    expect(whole.length).toBeGreaterThan(4);
    expect(haveFamilies(whole, names)).toBe(true);
    const missing = whole.map((item, index) => (index === 1 ? { ...item, runs: item.runs.slice(1) } : item));
    expect(haveFamilies(missing, names)).toBe(false);
    expect(haveFamilies(missing, names.slice(1))).toBe(true);
    const untrained = whole.map((item, index) => (index === 1 ? { ...item, runs: [] } : item));
    expect(haveFamilies(untrained, names)).toBe(false);
    expect(haveFamilies(whole, [...names, "RMSProp, L2"])).toBe(false);
  });

  it("give no verdict of the seeds that happen to be there", () => {
    const own = madeUpRunsOf(h02.arms(options));
    const first = whole.map((item) => ({ ...item, runs: item.runs.slice(0, 1) }));
    expect(h02.parts([...own, ...first])).toEqual(["main"]);
    expect(h02.parts([...own, ...whole])).toEqual(["main", "adam"]);
  });
});
