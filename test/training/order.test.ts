import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BatchOrder } from "../../lib/training/index.js";

const orderOf = (seed: number, count = 10, batchSize = 5) => new BatchOrder({ count, batchSize, seed });
const first = (order: BatchOrder, steps: number) =>
  Array.from({ length: steps }, (_, step) => [...order.at(step).indices]);

describe("the order of images", () => {
  it("shows every image once per epoch, in an order that only the seed decides", () => {
    const [a, b, c, d] = first(orderOf(1), 4);
    const whole = Array.from({ length: 10 }, (_, index) => index);
    expect([...a!, ...b!].sort((x, y) => x - y)).toEqual(whole);
    expect([...c!, ...d!].sort((x, y) => x - y)).toEqual(whole);
    expect([a, b]).not.toEqual([c, d]);
    expect(first(orderOf(1), 4)).toEqual([a, b, c, d]);
    expect(first(orderOf(2), 4)).not.toEqual([a, b, c, d]);
  });

  it("is pinned: stored runs were trained in it", () => {
    expect(first(orderOf(1, 10, 4), 6)).toEqual([
      [8, 0, 3, 6],
      [4, 1, 7, 9],
      [6, 9, 2, 1],
      [0, 4, 7, 5],
      [5, 9, 0, 3],
      [7, 4, 1, 8],
    ]);
  });

  it("drops the incomplete last batch of an epoch", () => {
    const order = orderOf(1, 7, 3);
    expect(order.stepsPerEpoch).toBe(2);
    expect([0, 1, 2].map((step) => order.at(step).epoch)).toEqual([0, 0, 1]);
    expect(first(order, 4).map(({ length }) => length)).toEqual([3, 3, 3, 3]);
  });

  it("is the same wherever one starts and however one jumps", () => {
    const sizes = fc.record({
      seed: fc.nat(100),
      count: fc.integer({ min: 4, max: 30 }),
      batchSize: fc.integer({ min: 1, max: 4 }),
      steps: fc.array(fc.nat(60), { minLength: 1, maxLength: 8 }),
    });
    fc.assert(
      fc.property(sizes, ({ seed, count, batchSize, steps }) => {
        const [straight, jumping] = [orderOf(seed, count, batchSize), orderOf(seed, count, batchSize)];
        const all = first(straight, 61);
        for (const step of steps) expect([...jumping.at(step).indices]).toEqual(all[step]);
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  it("refuses a batch larger than the set, which would never be full", () => {
    expect(() => orderOf(1, 20, 40)).toThrow(
      "A mini-batch of 40 images needs as many training images, but there are 20. Set batchSize to at most 20",
    );
  });
});
