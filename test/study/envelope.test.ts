import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  atMatchedDeadShare,
  atMatchedError,
  atTheirBest,
  type EndPoint,
  Envelope,
} from "../../lib/study/envelope.js";

const point = (error: number, dead: number): EndPoint => ({ error, dead });

describe("an envelope", () => {
  const envelope = new Envelope([point(34, 60), point(30, 0), point(32, 20), point(33, 10), point(40, 50)]);

  it("keeps what no other point beats in both error and dead share", () => {
    expect(envelope.points).toEqual([point(30, 0), point(32, 20), point(34, 60)]);
  });

  it("is read either way, and counts only what was reached", () => {
    expect(envelope.deadWithin(31)).toBe(0);
    expect(envelope.deadWithin(32)).toBe(20);
    expect(envelope.deadWithin(33)).toBe(20);
    expect(envelope.deadWithin(50)).toBe(60);
    expect(envelope.deadWithin(29.9)).toBeNaN();
    expect(envelope.errorWith(10)).toBe(32);
    expect(envelope.errorWith(60)).toBe(34);
    expect(envelope.errorWith(0)).toBe(30);
    expect(envelope.errorWith(61)).toBeNaN();
  });

  it("says the same whichever way it is read, and never gets worse by another setting", () => {
    const points = fc.array(
      fc.record({
        error: fc.double({ min: 10, max: 90, noNaN: true }),
        dead: fc.double({ min: 0, max: 100, noNaN: true }),
      }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(points, fc.double({ min: 10, max: 90, noNaN: true }), (all, error) => {
        const own = new Envelope(all);
        const dead = own.deadWithin(error);
        if (Number.isNaN(dead)) expect(error).toBeLessThan(own.leastError);
        else expect(own.errorWith(dead)).toBeLessThanOrEqual(error + 1e-6);
        const better = new Envelope([...all, { error: 50, dead: 50 }]).deadWithin(error);
        if (!Number.isNaN(dead)) expect(better).toBeGreaterThanOrEqual(dead - 1e-6);
      }),
    );
  });

  it("knows nothing without points", () => {
    const none = new Envelope([]);
    expect([none.leastError, none.largestDead, none.deadWithin(50), none.errorWith(0)]).toEqual(
      Array(4).fill(NaN),
    );
  });
});

describe("two families", () => {
  const cheap = new Envelope([point(31, 0), point(31.5, 40), point(33, 80)]);
  const dear = new Envelope([point(30, 0), point(34, 40)]);

  it("at matched test error: within a margin of the lowest that both reach", () => {
    // Both reach 31, so 32 is the limit.
    expect(atMatchedError(cheap, dear)).toEqual([40, 0]);
    expect(atMatchedError(cheap, dear, 3)).toEqual([80, 40]);
  });

  it("at matched dead share: mean error over the shares that both reach", () => {
    expect(atMatchedDeadShare(cheap, dear)).toEqual([31.5, 34]);
    expect(atMatchedDeadShare(cheap, new Envelope([point(30, 5)]))).toEqual([NaN, NaN]);
  });

  it("each at its own lowest error", () => {
    expect(atTheirBest(cheap, dear)).toEqual([0, 0]);
  });

  it("each at what other images chose, which then sets what both reach", () => {
    const points = [point(31, 0), point(31.5, 40), point(33, 80)];
    const chosen = new Envelope(points, { best: points[1] });
    expect(atTheirBest(chosen, dear)).toEqual([40, 0]);
    expect(atMatchedError(chosen, dear, 0)).toEqual([40, 0]);
  });
});
