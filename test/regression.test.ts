import { describe, expect, it } from "vitest";
import { UserError } from "../lib/errors.js";
import { openRandom } from "../lib/random.js";
import { ridgeRegression } from "../lib/regression.js";

const random = openRandom(1, "regression");
const features = Array.from({ length: 40 }, () => [random.normal(), 10 * random.normal(), 3]);
const targets = features.map(([a, b]) => 5 + 2 * a! - 0.5 * b!);

describe("ridgeRegression", () => {
  it("is least squares without strength on the features that vary", () => {
    const predict = ridgeRegression(features, targets, { strength: 1e-9 });
    expect(predict([1, -2, 3])).toBeCloseTo(8, 5);
    expect(predict([0, 0, 100])).toBeCloseTo(5, 5);
  });

  it("shrinks standardized weights as its formula says for one feature, and never the intercept", () => {
    const predict = ridgeRegression([[0], [2]], [10, 14], { strength: 2 });
    // Standardized: -1 and 1; the weight is sum(z y) / (n + strength) = 4 / 4.
    expect(predict([2])).toBeCloseTo(13, 10);
    expect(predict([1])).toBeCloseTo(12, 10);
  });

  it("refuses cases that do not belong together", () => {
    expect(() => ridgeRegression([], [])).toThrow(UserError);
    expect(() => ridgeRegression([[1], [1, 2]], [1, 2])).toThrow(UserError);
  });
});
