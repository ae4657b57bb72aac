import { frontier, type GapRow, gapByOptimizer } from "../figures/index.js";
import { mean } from "../statistics.js";
import { type FrontierPoint, frontierOf } from "./frontier.js";
import { h02 } from "./h02.js";
import type { ArmRuns, Hypothesis } from "./hypothesis.js";
import { adaptiveOptimizers } from "./optimizer-settings.js";
import { possibleFigures } from "./possible-figures.js";
import { plainAndAdaptive, seedsIn } from "./select.js";
import { decidePairs } from "./verdict.js";

/** H13: lost capacity explains a part of the gap in test error between adaptive methods and SGD. */
export const h13: Hypothesis = {
  id: "h13",
  notebook: "13-generalization-gap",
  title: "Dead capacity explains part of the gap to SGD",
  question:
    "Is the gap in test error between adaptive methods and SGD smaller between networks with equally many survivors?",
  claim:
    "At equally strong sparsity the gap in test error between adaptive methods and SGD with momentum is smaller than between the best of each.",
  arms: (options) => h02.arms(options),
  figures: (runs) =>
    possibleFigures([
      () => ({
        name: "frontier",
        caption:
          "Share of dead filters against test error: each optimizer over its range of L2 penalties, SGD with momentum in every panel to compare with.",
        figure: frontier(runs, { panels: "optimizer", reference: "SGD+momentum" }),
      }),
      () => ({
        name: "gap-by-optimizer",
        caption:
          "What each adaptive method loses in test error to SGD with momentum: between the most accurate arm of each, and against SGD where it has lost as many filters.",
        figure: gapByOptimizer(gapTable(runs)),
      }),
    ]),
  verdict(runs, scale) {
    const { plain, adaptive } = plainAndAdaptive("h13", runs);
    return decidePairs({
      id: "h13",
      claim: h13.claim,
      comparison:
        "Gap in test error to SGD with momentum, mean over adaptive methods: between each method's most accurate arm and SGD's, against the gap to SGD at the dead share of that arm.",
      arms: runs,
      pair(seed) {
        const gaps = adaptive.map((own) => gapsOf(own, plain, seed));
        return [mean(gaps.map(({ best }) => best)), mean(gaps.map(({ equal }) => equal))];
      },
      unit: "percentage points",
      smallestEffect: 0.5,
      scale,
    });
  },
};

/**
 * Test error, in points, that one seed of a method loses to another's: between the most accurate arm of each, and against
 * the other's error where it has lost the same share of filters (straight between its penalties; NaN beyond them).
 */
export function gapsOf(
  own: readonly ArmRuns[],
  other: readonly ArmRuns[],
  seed: number,
): { best: number; equal: number } {
  const mine = frontierOf(own, seed);
  const theirs = frontierOf(other, seed).sort((a, b) => a.dead - b.dead);
  if (mine.length === 0 || theirs.length === 0) return { best: Number.NaN, equal: Number.NaN };
  const best = mine.reduce((a, b) => (b.error < a.error ? b : a));
  const theirBest = Math.min(...theirs.map(({ error }) => error));
  return { best: best.error - theirBest, equal: best.error - errorAt(theirs, best.dead) };
}

/** Gaps to SGD with momentum of every adaptive method, by seed: what the verdict is a mean of. */
export function gapTable(runs: readonly ArmRuns[]): GapRow[] {
  const of = (name: string) => runs.filter(({ arm }) => arm.optimizer === name);
  const seeds = seedsIn(runs);
  return adaptiveOptimizers
    .filter((optimizer) => of(optimizer).length > 0)
    .flatMap((optimizer) =>
      seeds.map((seed) => ({ optimizer, seed, ...gapsOf(of(optimizer), of("SGD+momentum"), seed) })),
    );
}

function errorAt(ends: readonly FrontierPoint[], dead: number): number {
  const above = ends.findIndex((end) => end.dead >= dead);
  if (above < 0) return Number.NaN;
  const [low, high] = [ends[Math.max(0, above - 1)]!, ends[above]!];
  if (high.dead === dead || low === high) return high.error;
  const share = (dead - low.dead) / (high.dead - low.dead);
  return low.error + share * (high.error - low.error);
}
