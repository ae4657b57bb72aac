import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { moveImage, shiftOf } from "../../lib/training/augmentation.js";

describe("shiftOf", () => {
  const shifts = (seed: number, epoch = 0, count = 100) =>
    Array.from({ length: count }, (_, index) => shiftOf({ crop: 2, flip: true }, { seed, epoch, index }));

  it("depends on seed, epoch and image, and on nothing else", () => {
    expect(shifts(1)).toEqual(shifts(1));
    expect(shifts(1)).not.toEqual(shifts(2));
    expect(shifts(1)).not.toEqual(shifts(1, 1));
    // Pinned: another draw would change every augmented run.
    expect(shifts(1).slice(0, 3)).toMatchInlineSnapshot(`
      [
        {
          "down": 1,
          "flipped": false,
          "right": -2,
        },
        {
          "down": -1,
          "flipped": true,
          "right": -1,
        },
        {
          "down": -2,
          "flipped": true,
          "right": 0,
        },
      ]
    `);
  });

  it("takes every place and side equally often (chi-squared, 49 degrees of freedom, 0.1 %)", () => {
    const counts = new Map<string, number>();
    for (const epoch of [0, 1, 2, 3]) {
      for (const shift of shifts(7, epoch, 2500)) {
        const key = JSON.stringify(shift);
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
    expect(counts.size).toBe(50);
    const expected = 10_000 / 50;
    const chiSquared = [...counts.values()].reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
    expect(chiSquared).toBeLessThan(85.4);
  });

  it("stays within the padding, and without a flip never flips", () => {
    for (const { index } of Array.from({ length: 200 }, (_, index) => ({ index }))) {
      const { down, right, flipped } = shiftOf({ crop: 1, flip: false }, { seed: 3, epoch: 5, index });
      expect([-1, 0, 1]).toContain(down);
      expect([-1, 0, 1]).toContain(right);
      expect(flipped).toBe(false);
    }
  });
});

describe("moveImage", () => {
  it("is padding, a crop, then a flip", () => {
    const cases = fc.record({
      height: fc.integer({ min: 1, max: 5 }),
      width: fc.integer({ min: 1, max: 5 }),
      channels: fc.integer({ min: 1, max: 3 }),
      down: fc.integer({ min: -4, max: 4 }),
      right: fc.integer({ min: -4, max: 4 }),
      flipped: fc.boolean(),
    });
    fc.assert(
      fc.property(cases, ({ height, width, channels, down, right, flipped }) => {
        const pixels = height * width * channels;
        const source = Float32Array.from({ length: 2 * pixels }, (_, i) => i + 1);
        const target = new Float32Array(2 * pixels);
        moveImage(source, target, { row: 1, height, width, channels, down, right, flipped });
        const padded = (y: number, x: number, c: number) =>
          y < 0 || y >= height || x < 0 || x >= width ? 0 : source[pixels + (y * width + x) * channels + c]!;
        for (let y = 0, i = pixels; y < height; y++) {
          for (let x = 0; x < width; x++) {
            const column = flipped ? width - 1 - x : x;
            for (let c = 0; c < channels; c++) expect(target[i++]).toBe(padded(y + down, column + right, c));
          }
        }
        expect(target.subarray(0, pixels).every((value) => value === 0)).toBe(true);
      }),
      { numRuns: 100, seed: 1 },
    );
  });
});
