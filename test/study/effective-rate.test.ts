import { describe, expect, it } from "vitest";
import type { RunConfig } from "../../lib/runs/config.js";
import { effectiveRate } from "../../lib/study/effective-rate.js";
import { madeUpConfig } from "../support/made-up-runs.js";

type Vector = [x: number, y: number];
type Optimizer = RunConfig["optimizer"];

const adam = madeUpConfig().optimizer;
const sgd = madeUpConfig({ optimizer: "SGD+momentum" }).optimizer;

/** Of the objective (w . a) / |w|, which is the same for every length of w. */
function gradient([x, y]: Vector): Vector {
  const [a, b] = [0.3, 1];
  const norm = Math.hypot(x, y);
  const along = (x * a + y * b) / norm ** 3;
  return [a / norm - x * along, b / norm - y * along];
}

/** The first step of each, by its own textbook's formula; Adam's means are bias-corrected, and momentum is not yet there. */
const firstStep: Record<string, (gradient: Vector, rate: number) => Vector> = {
  sgd: ([x, y], rate) => [rate * x, rate * y],
  adam: ([x, y], rate) => [
    (rate * x) / (Math.sqrt(x ** 2) + 1e-12),
    (rate * y) / (Math.sqrt(y ** 2) + 1e-12),
  ],
};

/** The angle by which a small first step turns weights of a norm, in radians. */
function turned(optimizer: Optimizer, norm: number): number {
  const weights: Vector = [0.8 * norm, 0.6 * norm];
  const [dx, dy] = firstStep[optimizer.name]!(gradient(weights), 1e-6);
  return Math.abs(Math.atan2(weights[1] - dy, weights[0] - dx) - Math.atan2(weights[1], weights[0]));
}

describe("the effective learning rate", () => {
  it.each([
    ["SGD", sgd, 25],
    ["Adam", adam, 5],
  ])(
    "under %s grows with shorter weights as the angle does that a step turns them by",
    (_, optimizer, times) => {
      const ratio = turned(optimizer, 2) / turned(optimizer, 10);
      expect(ratio).toBeCloseTo(times, 3);
      expect(effectiveRate({ optimizer }, 2) / effectiveRate({ optimizer }, 10)).toBeCloseTo(ratio, 3);
    },
  );

  it("goes with the learning rate", () => {
    const faster = { ...adam, learningRate: 3 * adam.learningRate };
    expect(effectiveRate({ optimizer: faster }, 2) / effectiveRate({ optimizer: adam }, 2)).toBeCloseTo(3);
  });
});
