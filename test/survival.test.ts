import { describe, expect, it } from "vitest";
import { UserError } from "../lib/errors.js";
import { atRisk, kaplanMeier } from "../lib/survival.js";

/** Weeks of remission under 6-MP (Freireich et al., Blood 21, 1963), the textbook example; false: censored. */
const remissions: [number, boolean][] = [
  [6, true],
  [6, true],
  [6, true],
  [6, false],
  [7, true],
  [9, false],
  [10, true],
  [10, false],
  [11, false],
  [13, true],
  [16, true],
  [17, false],
  [19, false],
  [20, false],
  [22, true],
  [23, true],
  [25, false],
  [32, false],
  [32, false],
  [34, false],
  [35, false],
];
const observations = remissions.map(([time, event]) => ({ time, event }));

describe("Kaplan-Meier", () => {
  it("gives the published table: time, at risk, events, survival", () => {
    // Kleinbaum and Klein, Survival Analysis, table of the 6-MP group, four decimals.
    expect(
      kaplanMeier(observations).map(({ time, atRisk, events, survival }) => [
        time,
        atRisk,
        events,
        survival.toFixed(4),
      ]),
    ).toEqual([
      [6, 21, 3, "0.8571"],
      [7, 17, 1, "0.8067"],
      [10, 15, 1, "0.7529"],
      [13, 12, 1, "0.6902"],
      [16, 11, 1, "0.6275"],
      [22, 7, 1, "0.5378"],
      [23, 6, 1, "0.4482"],
    ]);
  });

  it("gives the intervals of SciPy 1.17: ecdf(CensoredData).sf.confidence_interval(method='log-log')", () => {
    const low = [0.619718, 0.563147, 0.5032, 0.43161, 0.367511, 0.267779, 0.188052];
    const high = [0.951552, 0.922809, 0.889362, 0.849066, 0.804912, 0.746791, 0.680143];
    kaplanMeier(observations).forEach(({ interval }, i) => {
      expect(interval[0]).toBeCloseTo(low[i]!, 6);
      expect(interval[1]).toBeCloseTo(high[i]!, 6);
    });
  });

  it("is the share alive where nobody is censored before the end", () => {
    const all = [1, 2, 2, 4, 5, 5, 5, 5].map((time) => ({ time, event: time < 5 }));
    expect(kaplanMeier(all).map(({ time, survival }) => [time, survival])).toEqual([
      [1, 7 / 8],
      [2, 5 / 8],
      [4, 1 / 2],
    ]);
    expect(atRisk(all, 3)).toBe(5);
  });

  it("ends at 0 with all dead, and has no steps without events", () => {
    expect(kaplanMeier([{ time: 1, event: true }])).toEqual([
      { time: 1, atRisk: 1, events: 1, survival: 0, interval: [0, 0] },
    ]);
    expect(kaplanMeier([{ time: 1, event: false }])).toEqual([]);
    expect(kaplanMeier([])).toEqual([]);
  });

  it("refuses times that are not finite", () => {
    expect(() => kaplanMeier([{ time: Number.NaN, event: true }])).toThrow(UserError);
  });
});
