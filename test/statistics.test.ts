import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../lib/errors.js";
import {
  areaUnderCurve,
  between,
  holmAdjusted,
  mean,
  median,
  pairedDifference,
  quantile,
  rankCorrelation,
  shareInterval,
  standardDeviation,
  tHalfWidth,
  tInterval,
  tTestPValue,
} from "../lib/statistics.js";

describe("mean and standard deviation", () => {
  it("match a hand calculation", () => {
    // 2, 4, 4, 4, 5, 5, 7, 9: mean 5, squared deviations add up to 32.
    const values = [2, 4, 4, 4, 5, 5, 7, 9];
    expect(mean(values)).toBe(5);
    expect(standardDeviation(values)).toBeCloseTo(Math.sqrt(32 / 7), 12);
  });

  it("do not invent a spread for a single value", () => {
    expect(standardDeviation([3])).toBeNaN();
  });
});

describe("median", () => {
  it("is the middle value, or the mean of the two in the middle", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 6])).toBe(5.5);
    expect(median([])).toBeNaN();
  });
});

describe("quantile", () => {
  it("gives R's default, type 7, between values and at the ends", () => {
    // R: quantile(c(1, 2, 4, 8), c(0, .25, .4, .75, 1))
    const values = [8, 1, 4, 2];
    const shares = [0, 0.25, 0.4, 0.75, 1].map((share) => quantile(values, share));
    expect(shares.map((value) => Number(value.toFixed(12)))).toEqual([1, 1.75, 2.4, 5, 8]);
    expect(quantile([], 0.5)).toBeNaN();
    expect(quantile([1, Number.POSITIVE_INFINITY], 0)).toBe(1);
  });
});

describe("Student t half-width", () => {
  // Two-sided 95 % quantiles: NIST/SEMATECH e-Handbook of Statistical Methods, table 1.3.6.7.2, three decimals.
  it.each([
    [2, 12.706],
    [3, 4.303],
    [4, 3.182],
    [5, 2.776],
    [11, 2.228],
    [31, 2.042],
  ])("uses the tabulated quantile for n = %i", (n, quantile) => {
    expect(tHalfWidth({ n, deviation: Math.sqrt(n) })).toBeCloseTo(quantile, 3);
  });

  it("agrees with the closed forms for one and two degrees of freedom", () => {
    // Cauchy: t = tan(pi (p - 1/2)); two degrees: t = (2p - 1) sqrt(2 / (4p (1 - p))) [Abramowitz & Stegun 26.7].
    const p = 0.995;
    expect(tHalfWidth({ n: 2, deviation: Math.SQRT2 }, 0.99)).toBeCloseTo(Math.tan(Math.PI * (p - 0.5)), 5);
    const two = (2 * p - 1) * Math.sqrt(2 / (4 * p * (1 - p)));
    expect(tHalfWidth({ n: 3, deviation: Math.sqrt(3) }, 0.99)).toBeCloseTo(two, 6);
  });

  it("is infinite for one value and zero for equal ones", () => {
    expect(tInterval([4])).toEqual([-Infinity, Infinity]);
    expect(tInterval([4, 4, 4])).toEqual([4, 4]);
  });

  it("refuses a level given in percent", () => {
    expect(() => tInterval([1, 2], 95)).toThrow(UserError);
  });
});

describe("paired difference", () => {
  it("is the t interval of the differences, not of the two means", () => {
    const { effect, interval, n } = pairedDifference([11, 22, 33], [10, 20, 30]);
    expect([effect, n]).toEqual([2, 3]);
    // Differences 1, 2, 3: s = 1, half-width 4.30265 / sqrt(3).
    expect(interval[0]).toBeCloseTo(2 - 4.30265 / Math.sqrt(3), 4);
    expect(interval[1]).toBeCloseTo(2 + 4.30265 / Math.sqrt(3), 4);
  });

  it("changes sign with its sides and holds its effect inside its interval", () => {
    const pairs = fc.array(fc.tuple(fc.double({ min: -1, max: 1 }), fc.double({ min: -1, max: 1 })), {
      minLength: 2,
    });
    fc.assert(
      fc.property(
        pairs.filter((list) => list.flat().every(Number.isFinite)),
        (list) => {
          const a = list.map(([x]) => x);
          const b = list.map(([, y]) => y);
          const forward = pairedDifference(a, b);
          const backward = pairedDifference(b, a);
          expect(backward.effect).toBeCloseTo(-forward.effect, 12);
          expect(backward.interval[0]).toBeCloseTo(-forward.interval[1], 8);
          expect(forward.interval[0]).toBeLessThanOrEqual(forward.effect);
          expect(forward.interval[1]).toBeGreaterThanOrEqual(forward.effect);
        },
      ),
    );
  });

  it("refuses seeds that do not pair and values of diverged runs", () => {
    expect(() => pairedDifference([1, 2], [1])).toThrow(/same seeds/);
    expect(() => pairedDifference([], [])).toThrow(UserError);
    expect(() => pairedDifference([Number.NaN], [1])).toThrow(/finite/);
  });
});

describe("the interval of a share", () => {
  it("is SciPy 1.17's binomtest(count, n).proportion_ci(method='wilson')", () => {
    for (const [count, n, low, high] of [
      [10, 50, 0.1124375, 0.3303711],
      [0, 20, 0, 0.1611252],
      [20, 20, 0.8388748, 1],
    ] as const) {
      const interval = shareInterval(count, n);
      expect(interval[0]).toBeCloseTo(low, 6);
      expect(interval[1]).toBeCloseTo(high, 6);
    }
  });

  it("knows nothing without trials", () => {
    expect(shareInterval(0, 0)).toEqual([0, 1]);
  });
});

describe("rank correlation", () => {
  it("sees order alone, and gives equal values their mean rank", () => {
    expect(rankCorrelation([1, 10, 100], [2, 3, 4])).toBeCloseTo(1, 12);
    expect(rankCorrelation([1, 2, 3], [9, 8, 1])).toBeCloseTo(-1, 12);
    // Pearson's of the ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4.
    expect(rankCorrelation([1, 2, 2, 3], [1, 2, 3, 4])).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12);
  });

  it("is not a number where there is no order, and needs pairs", () => {
    expect(rankCorrelation([1, 1, 1], [1, 2, 3])).toBeNaN();
    expect(() => rankCorrelation([1, 2], [1])).toThrow(UserError);
  });
});

describe("areaUnderCurve", () => {
  it("is the share of pairs in which the positive case scores higher, ties counting half", () => {
    expect(areaUnderCurve([0.1, 0.4, 0.35, 0.8], [false, false, true, true])).toBe(0.75);
    expect(areaUnderCurve([1, 2, 2, 3], [false, true, false, true])).toBe(0.875);
    expect(areaUnderCurve([5, 5, 5], [true, false, false])).toBe(0.5);
  });

  it("tells nothing of one side alone, and needs a label for each", () => {
    expect(areaUnderCurve([1, 2], [true, true])).toBeNaN();
    expect(() => areaUnderCurve([1], [])).toThrow(UserError);
  });
});

describe("between", () => {
  it("is straight from point to point, and unknown beyond them", () => {
    const points = [
      [3, 30],
      [1, 0],
    ] as const;
    expect(between(points, 2)).toBe(15);
    expect(between(points, 1)).toBe(0);
    expect(between(points, 4)).toBeNaN();
    expect(between([], 1)).toBeNaN();
  });
});

describe("Student's t-test", () => {
  it("gives the tabulated p-values at the tabulated quantiles", () => {
    // NIST/SEMATECH e-Handbook, table 1.3.6.7.2: two-sided 5 %, 10 % and 1 % quantiles.
    for (const [n, quantile, p] of [
      [3, 4.303, 0.05],
      [5, 2.132, 0.1],
      [11, 3.169, 0.01],
    ] as const)
      expect(tTestPValue({ effect: 1 + quantile, standardError: 1, n }, 1)).toBeCloseTo(p, 4);
  });

  it("says nothing of one value, and everything of equal ones", () => {
    expect(tTestPValue({ effect: 9, standardError: Number.NaN, n: 1 }, 0)).toBe(1);
    expect(tTestPValue({ effect: 9, standardError: 0, n: 3 }, 0)).toBe(0);
    expect(tTestPValue({ effect: 0, standardError: 0, n: 3 }, 0)).toBe(1);
  });
});

describe("Holm's correction", () => {
  it("gives R's p.adjust(c(0.01, 0.04, 0.03, 0.005), 'holm')", () => {
    const adjusted = holmAdjusted([0.01, 0.04, 0.03, 0.005]);
    expect(adjusted.map((p) => Number(p.toFixed(12)))).toEqual([0.03, 0.06, 0.06, 0.02]);
    expect(holmAdjusted([])).toEqual([]);
    expect(holmAdjusted([0.9, 0.8])).toEqual([1, 1]);
  });
});
