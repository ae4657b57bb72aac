import { describe, expect, it } from "vitest";
import {
  deadSharesAtLikeError,
  deadShareWithin,
  type FrontierPoint,
  hasSeed,
} from "../../lib/hypotheses/frontier.js";
import { madeUpArm } from "../support/made-up-runs.js";

const path = (...points: [error: number, dead: number][]): FrontierPoint[] =>
  points.map(([error, dead], lambda) => ({ lambda, error, dead }));

describe("the dead share within an error", () => {
  const adam = path([36, 0], [35, 20], [37, 60], [45, 80]);

  it("goes straight from one penalty to the next", () => {
    expect(deadShareWithin(adam, 36)).toBe(40);
    expect(deadShareWithin(adam, 41)).toBe(70);
  });

  it("is the last arm's where all are accurate enough, and the unpenalized one's where only that is", () => {
    expect(deadShareWithin(adam, 50)).toBe(80);
    expect(deadShareWithin(path([30, 0], [60, 90]), 30)).toBe(0);
  });

  it("is nothing where no arm is accurate enough, not even between two", () => {
    expect(deadShareWithin(adam, 34)).toBeNaN();
    expect(deadShareWithin([], 34)).toBeNaN();
  });
});

describe("a seed", () => {
  const whole = [madeUpArm({ seeds: [1, 2] }), madeUpArm({ lambda: 1e-3, seeds: [1, 2] })];
  const part = [madeUpArm({ kind: "decoupled", lambda: 1e-3, seeds: [1] }), madeUpArm({ seeds: [1, 2] })];

  it("is compared only where all of its runs are there: half a sweep would pass for the whole", () => {
    expect(deadSharesAtLikeError(whole, part, 1).every(Number.isFinite)).toBe(true);
    expect(deadSharesAtLikeError(whole, part, 2)).toEqual([Number.NaN, Number.NaN]);
  });

  it("does not wait for arms that nobody trained", () => {
    expect(hasSeed([...whole, madeUpArm({ lambda: 1e-2, seeds: [] })], 2)).toBe(true);
  });
});
