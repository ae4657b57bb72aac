import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { memoryImages } from "../../lib/datasets/image-sets.js";
import { areaAverage, centerAverage } from "../../lib/datasets/resize.js";
import { channelStatistics } from "../../lib/datasets/statistics.js";
import { openRandom } from "../../lib/random.js";

describe("areaAverage", () => {
  test("is the mean of each 2x2 block and channel, rounded to the nearest, halves up", () => {
    // One 4x2 piece of an image 4 pixels wide with 2 channels; the lower half is even.
    const rows = [
      [0, 100, 1, 100, 10, 0, 10, 0],
      [0, 100, 1, 104, 10, 0, 11, 1],
      [7, 9, 7, 9, 255, 0, 255, 0],
      [7, 9, 7, 9, 255, 0, 255, 0],
    ];
    const result = areaAverage(Uint8Array.from(rows.flat()), { side: 4, size: 2, channels: 2 });
    expect([...result]).toEqual([1, 101, 10, 0, 7, 9, 255, 0]);
  });

  test("agrees with the definition for any block, channel count and number of images", () => {
    const shapes = fc.record({
      size: fc.integer({ min: 1, max: 4 }),
      block: fc.integer({ min: 1, max: 4 }),
      channels: fc.integer({ min: 1, max: 3 }),
      count: fc.integer({ min: 1, max: 3 }),
      seed: fc.integer({ min: 1, max: 1000 }),
    });
    fc.assert(
      fc.property(shapes, ({ size, block, channels, count, seed }) => {
        const side = size * block;
        const images = Uint8Array.from(
          { length: count * side * side * channels },
          (_, i) => (i * seed * 37) % 251,
        );
        const result = areaAverage(images, { side, size, channels });
        for (let n = 0, i = 0; n < count; n++) {
          for (let y = 0; y < size; y++) {
            for (let x = 0; x < size; x++) {
              for (let c = 0; c < channels; c++) {
                let sum = 0;
                for (let dy = 0; dy < block; dy++)
                  for (let dx = 0; dx < block; dx++)
                    sum += images[((n * side + y * block + dy) * side + x * block + dx) * channels + c]!;
                expect(result[i++]).toBe(Math.floor(sum / block ** 2 + 0.5));
              }
            }
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  test("a size that does not divide the side is refused with those that do", () => {
    const images = new Uint8Array(32 * 32);
    for (const size of [20, 64]) {
      expect(() => areaAverage(images, { side: 32, size, channels: 1 })).toThrow(
        `cannot be averaged to size ${size}: the size must divide 32. Use one of 32, 16, 8, 4, 2.`,
      );
    }
  });
});

describe("centerAverage", () => {
  test("is areaAverage where the size divides the side", () => {
    const random = openRandom(1, "pixels");
    const image = Uint8Array.from({ length: 12 * 12 * 3 }, () => random.integer(256));
    for (const size of [12, 6, 4, 3, 2, 1]) {
      const result = centerAverage(image, { width: 12, height: 12, size, channels: 3 });
      expect(result).toEqual(areaAverage(image, { side: 12, size, channels: 3 }));
    }
  });

  test("weighs pixels by how much of them is covered, of the middle square alone", () => {
    // Three columns become two: the middle one counts half in each.
    const wide = Uint8Array.of(255, 30, 60, 90, 255, 255, 30, 60, 90, 255, 255, 30, 60, 90, 255);
    const result = centerAverage(wide, { width: 5, height: 3, size: 2, channels: 1 });
    expect([...result]).toEqual([40, 80, 40, 80]);
    const odd = centerAverage(
      Uint8Array.from({ length: 35 }, () => 77),
      { width: 5, height: 7, size: 3, channels: 1 },
    );
    expect([...odd]).toEqual(Array(9).fill(77));
  });
});

test("channelStatistics: mean and population deviation of each channel over pixels, of [0, 1]", () => {
  const images = Uint8Array.from([0, 51, 255, 51, 0, 51, 255, 51]);
  const { mean, std } = channelStatistics(memoryImages(images, new Uint16Array(1)), 2);
  expect(mean).toEqual([0.5, expect.closeTo(0.2, 12)]);
  expect(std).toEqual([0.5, expect.closeTo(0, 6)]);
});
