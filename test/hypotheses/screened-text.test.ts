import { expect, it } from "vitest";
import type { ChosenFamily } from "../../lib/hypotheses/choose.js";
import { familyNamed } from "../../lib/hypotheses/families.js";
import { screenedText } from "../../lib/hypotheses/screened-text.js";

const ended = (
  name: string,
  ends: [rate: number, lambda: number, error: number, dead: number][],
): ChosenFamily => ({
  family: familyNamed("reduced", name),
  screened: ends.map(([rate, lambda, error, dead]) => ({ rate, warmup: 0, lambda, error, dead })),
  chosen: [],
});

it("says how many filters each of two families leaves dead at an error that both reach, and what another margin lets in", () => {
  const adam = ended("Adam, L2", [
    [1e-3, 3e-3, 19, 36],
    [1e-3, 1e-2, 19.5, 53],
    [3e-3, 1e-3, 20.5, 59],
  ]);
  const momentum = ended("SGD+momentum, L2", [
    [0.15, 1e-3, 19.9, 18],
    [0.05, 3e-3, 18.5, 22],
    [0.05, 5e-3, 21.5, 39],
    [0.015, 1.5e-2, 20.25, 35],
  ]);
  expect(screenedText([adam, momentum], ["Adam, L2", "SGD+momentum, L2"])).toBe(
    "Within a point of the lowest held-out error that both reach, at most 20.0 %: " +
      "Adam, L2 leaves 53 % dead at 19.5 % (rate 1e-3, λ 1e-2), and beyond that 59 % dead at 20.5 % (rate 3e-3, λ 1e-3); " +
      "SGD+momentum, L2 leaves 22 % dead at 18.5 % (rate 5e-2, λ 3e-3), and beyond that 35 % dead at 20.3 % (rate 0.015, λ 0.015).",
  );
  expect(() => screenedText([adam], ["Adam, L2", "SGD+momentum, L2"])).toThrow(RangeError);
});
