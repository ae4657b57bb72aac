import { expect, it } from "vitest";
import { openRandom } from "../lib/random.js";

it("gives the same numbers for the same seed and name, and others for another of either", () => {
  const draw = (seed: number, name: string) => {
    const random = openRandom(seed, name);
    return Array.from({ length: 5 }, () => random.uniform());
  };
  expect(draw(1, "init")).toEqual(draw(1, "init"));
  expect(draw(1, "init")).not.toEqual(draw(2, "init"));
  expect(draw(1, "init")).not.toEqual(draw(1, "order"));
});

it("pins the first numbers of a seed, which decide every run's initial weights", () => {
  const random = openRandom(1, "init");
  const drawn = [random.uniform(), random.normal(), random.integer(1000)];
  expect(drawn).toEqual([0.9141348258511841, 0.4887372990161531, 109]);
});

it("draws normals with mean 0 and variance 1", () => {
  const random = openRandom(3, "normal");
  const values = Array.from({ length: 20_000 }, () => random.normal());
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
  // Five standard errors: 1 / sqrt(n) of the mean, sqrt(2 / n) of the variance.
  expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(values.length));
  expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / values.length));
});

it("shuffles to a permutation, each place equally likely", () => {
  const random = openRandom(4, "shuffle");
  const counts = [0, 0, 0, 0];
  for (let round = 0; round < 4000; round++) {
    const order = random.shuffle([0, 1, 2, 3]);
    expect([...order].sort()).toEqual([0, 1, 2, 3]);
    counts[order.indexOf(0)]!++;
  }
  // Expected 1000 each with a standard deviation of 27.
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(140);
});
