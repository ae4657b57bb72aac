import type { Run } from "../runs/record.js";
import { pairedDifference } from "../statistics.js";
import type { ArmRuns, Scale } from "../study/arm.js";
import { type Answer, decisionOf, equalityOf } from "./answer.js";
import type { ClaimSource } from "./claim.js";
import { seedMean, seedsIn } from "./select.js";

/** A computed answer. `effect` and `interval` are in `unit`; positive supports the claim. */
export interface Verdict {
  /** "h18"; of a further contrast "h18, warm-up". */
  id: string;
  /** What part of its hypothesis' claim it is about: "equal steps". Absent where the claim is whole, and of a further look. */
  part?: string;
  claim: string;
  /** Whose claim it is. */
  source: ClaimSource;
  verdict: Answer;
  /** Two-sided p-value of the rule that decides it, before any correction for the number of verdicts. */
  p: number;
  effect: number;
  /** 95 % interval of the seed-paired difference. */
  interval: [number, number];
  unit: string;
  /** Effects below this, though real, would not matter. */
  smallestEffect: number;
  /** Smallest number of seeds of an arm the verdict rests on. */
  seeds: number;
  scale: Scale;
  dataset: string;
  /** One sentence that says what was compared. */
  comparison: string;
}

/** A claim about a difference, in the words that a verdict carries. */
export interface Claim {
  id: string;
  part?: string;
  claim: string;
  /** Default: "own", a reader's claim. */
  source?: ClaimSource;
  /** What was compared, one sentence. */
  comparison: string;
  unit: string;
  /** In `unit`. Negative where the claim is "at least at par": by how much the other side may win all the same. */
  smallestEffect: number;
  /** Whether the claim is that both sides agree. Default: that the first is larger. */
  equality?: boolean;
  scale: Scale;
}

export interface Comparison extends Claim {
  /** The claim says that `measure` is larger here (of several arms: their mean) ... */
  more: ArmRuns | readonly ArmRuns[];
  /** ... than here. */
  less: ArmRuns | readonly ArmRuns[];
  measure: (run: Run) => number;
}

export interface PairedComparison extends Claim {
  /** All arms that the comparison rests on. */
  arms: readonly ArmRuns[];
  /** The two sides for one seed, the side first that the claim says is larger; NaN where the seed tells nothing. */
  pair: (seed: number) => readonly [more: number, less: number];
}

/** Decides a claim that one number of a run is larger in one arm than in another, seed by seed. */
export function decide({ more, less, measure, ...claim }: Comparison): Verdict {
  const sides = { more: [more].flat() as ArmRuns[], less: [less].flat() as ArmRuns[] };
  return decidePairs({
    ...claim,
    arms: [...sides.more, ...sides.less],
    pair: (seed) => [seedMean(sides.more, seed, measure), seedMean(sides.less, seed, measure)],
  });
}

/**
 * Decides a claim by the 95 % interval of the seed-paired difference, as `decisionOf` says. Diverged runs have no place in a
 * mean: their seeds are left out on both sides.
 */
export function decidePairs({ arms, pair, ...about }: PairedComparison): Verdict {
  const { id, part, claim, source = "own", comparison, unit, smallestEffect, equality, scale } = about;
  const pairs = seedsIn(arms)
    .map(pair)
    .filter((sides) => sides.every(Number.isFinite));
  const datasets = new Set(
    arms.flatMap(({ runs }) => runs.map(({ record }) => datasetLabel(record.dataset))),
  );
  const difference =
    pairs.length === 0
      ? {
          effect: Number.NaN,
          interval: [-Infinity, Infinity] as [number, number],
          standardError: Number.NaN,
          n: 0,
        }
      : pairedDifference(
          pairs.map(([a]) => a),
          pairs.map(([, b]) => b),
        );
  return {
    id,
    ...(part !== undefined && { part }),
    claim,
    source,
    ...(equality ? equalityOf : decisionOf)(difference, smallestEffect),
    effect: difference.effect,
    interval: difference.interval,
    unit,
    smallestEffect,
    seeds: pairs.length,
    scale,
    dataset: [...datasets].join(", ") || "none",
    comparison,
  };
}

/** The hypothesis of a verdict: "h18" of "h18, warm-up". */
export const hypothesisIdOf = ({ id }: Pick<Verdict, "id">): string => id.split(", ", 1)[0]!;

const datasetLabel = ({ name, source }: { name: string; source: string }) => `${name} (${source})`;

/** Whether a verdict rests on more than one pair of seeds: one has no interval and decides nothing. */
export const decides = ({ seeds }: Pick<Verdict, "seeds">): boolean => seeds > 1;
