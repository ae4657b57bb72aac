import { describe, expect, it } from "vitest";
import { Estimate } from "../../lib/cli/eta.js";

/** An estimate with a clock that the test sets, in seconds. */
function clocked() {
  let seconds = 0;
  return {
    estimate: new Estimate<string>({ now: () => seconds * 1000 }),
    at: (time: number) => {
      seconds = time;
    },
  };
}

describe("the time left", () => {
  it("is not guessed before two seconds were measured", () => {
    const { estimate, at } = clocked();
    estimate.progress("a", 100, 0);
    at(1);
    estimate.progress("a", 100, 0.1);
    expect(estimate.secondsLeft("a")).toBeUndefined();
    expect(estimate.totalSecondsLeft([100], 1)).toBeUndefined();
  });

  it("of a run comes from its own speed, and runs down between looks", () => {
    const { estimate, at } = clocked();
    estimate.progress("a", 100, 0);
    at(10);
    estimate.progress("a", 100, 0.25);
    expect(estimate.secondsLeft("a")).toBeCloseTo(30);
    at(14);
    expect(estimate.secondsLeft("a")).toBeCloseTo(26);
  });

  it("of all spreads what waits over the workers", () => {
    const { estimate, at } = clocked();
    estimate.progress("a", 100, 0);
    estimate.progress("b", 100, 0);
    at(10);
    estimate.progress("a", 100, 0.5);
    estimate.progress("b", 100, 0.5);
    // Each has 10 s left, then one takes 40 s and the other 20 s and 20 s.
    expect(estimate.totalSecondsLeft([200, 100, 100], 2)).toBeCloseTo(50);
  });

  it("of all remembers the speed of runs that are over", () => {
    const { estimate, at } = clocked();
    estimate.progress("a", 100, 0);
    at(20);
    estimate.progress("a", 100, 1);
    estimate.end("a");
    expect(estimate.totalSecondsLeft([50], 1)).toBeCloseTo(10);
    expect(estimate.totalSecondsLeft([], 1)).toBe(0);
  });
});
