import { describe, expect, it } from "vitest";
import { hypotheses } from "../../lib/hypotheses/index.js";
import { factorOf, plainAnswer } from "../../lib/hypotheses/plain-answer.js";
import type { Verdict } from "../../lib/hypotheses/verdict.js";

const answers = {
  supported: "More: {} of them.",
  contradicted: "Fewer: {} of them.",
  difference: "the difference",
};
const verdict = (changes: Partial<Verdict>): Verdict => ({
  id: "h99",
  claim: "More die.",
  source: "own",
  verdict: "supported",
  p: 0.01,
  effect: 12.34,
  interval: [10, 15],
  unit: "percentage points",
  smallestEffect: 5,
  seeds: 3,
  scale: "lite",
  dataset: "cifar10 (jpeg)",
  comparison: "These against those.",
  ...changes,
});

describe("the answer to a question in one sentence", () => {
  it("follows the verdict, and says the size without its sign", () => {
    expect(plainAnswer({ answers }, verdict({}))).toBe("More: 12 percentage points of them.");
    expect(
      plainAnswer({ answers }, verdict({ verdict: "contradicted", effect: -12.34, interval: [-15, -10] })),
    ).toBe("Fewer: 12 percentage points of them.");
  });

  it("names no range where every seed says the same", () => {
    const none = verdict({ verdict: "no difference that matters", effect: 0, interval: [0, 0] });
    expect(plainAnswer({ answers }, none)).toBe(
      "No difference that matters: the difference is 0 percentage points in every seed.",
    );
  });

  it("makes factors of effects that are logarithms", () => {
    const inLog = { effect: -1.46, interval: [-1.5, -1.4] as [number, number], unit: "log2 of MACs" };
    expect(plainAnswer({ answers }, verdict({ verdict: "contradicted", ...inLog }))).toBe(
      "Fewer: a factor of 2.8 of them.",
    );
    expect(factorOf({ unit: "decades", effect: 1.1 })).toBe("a factor of 13");
    expect(factorOf({ unit: "percentage points", effect: 1.1 })).toBeUndefined();
  });

  it("says the interval where nothing is settled, and where nothing matters", () => {
    const wide = verdict({ verdict: "undecided", effect: 10, interval: [-3, 23] });
    expect(plainAnswer({ answers }, wide)).toBe(
      "Not settled: the difference lies between −3 and +23 percentage points.",
    );
    expect(plainAnswer({ answers }, { ...wide, interval: [-Infinity, Infinity] })).toBe(
      "Not settled: the difference is known from one seed only.",
    );
    const narrow = verdict({ verdict: "no difference that matters", effect: 0, interval: [-1, 1] });
    expect(plainAnswer({ answers }, narrow)).toMatch(/^No difference that matters: the difference lies/);
    expect(plainAnswer({ answers }, verdict({ effect: Number.NaN }))).toBe("Nothing to compare yet.");
  });

  it("is one sentence of every hypothesis, both ways around", () => {
    for (const { answers: own } of hypotheses) {
      for (const text of [own.supported, own.contradicted]) expect(text).toMatch(/^[A-Z][^.]*\.$/);
      expect(own.difference).toMatch(/^[a-z][^.]*$/);
    }
  });
});
