import { describe, expect, it } from "vitest";
import { inactiveByActivation, inactiveByScale, selectivity } from "../../lib/sparsity/index.js";

describe("thresholds are the paper's", () => {
  it("calls |gamma| < 1e-3 inactive by scale, whatever its sign", () => {
    expect([9.9e-4, -9.9e-4, 0].map(inactiveByScale)).toEqual([true, true, true]);
    expect([1e-3, -1e-3, 1].map(inactiveByScale)).toEqual([false, false, false]);
  });

  it("calls a largest activation below 1e-12 inactive by activation", () => {
    expect([0, 9e-13, 1e-12, 1e-3].map(inactiveByActivation)).toEqual([true, true, false, false]);
  });
});

describe("selectivity", () => {
  it("is the share of images that do not exceed 1e-3 of the largest response", () => {
    expect(selectivity(Float32Array.of(10, 0.02, 0.005, 0))).toBe(0.5);
    expect(selectivity(Float32Array.of(1, 1, 1, 1))).toBe(0);
  });

  it("is 1 for a feature that is always silent", () => {
    expect(selectivity(new Float32Array(4))).toBe(1);
  });
});
