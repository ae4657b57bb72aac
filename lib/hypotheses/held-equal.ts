import { mean } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import {
  atMatchedDeadShare,
  atMatchedError,
  atTheirBest,
  type DeadBy,
  type Envelope,
  errorMargin,
  matchedDeadShares,
  type Sides,
} from "../study/envelope.js";
import { seedsIn } from "./select.js";
import { envelopeOf, ofFamily } from "./tuned.js";

/** What two families can be compared at. */
export interface HeldEqual {
  /** "at matched test error" */
  words: string;
  /** What is measured of both, in a sentence. */
  measured: string;
  /** Of the difference. */
  unit: string;
  /** In `unit`. */
  smallestEffect: number;
  /** Two numbers of one seed, the side first that the claim "more filters die" says is larger. */
  sides(more: Envelope, less: Envelope): Sides;
}

/** What can be held equal, by name: the same runs answer differently, and each of them is a fair question. */
export const heldEqual = {
  testError: {
    words: "at matched test error",
    measured: `the largest dead share reached within ${errorMargin} point of the lowest test error that both reach`,
    unit: "percentage points",
    smallestEffect: 5,
    sides: atMatchedError,
  },
  deadShare: {
    words: "at matched dead share",
    measured: `the lowest test error reached at dead shares of ${matchedDeadShares[0]}, ${matchedDeadShares[1]}, ... %, mean over those that both reach`,
    unit: "points of test error",
    smallestEffect: 1,
    // Who pays more for the same dead share kills fewer filters at the same price.
    sides(more, less) {
      const [mine, theirs] = atMatchedDeadShare(more, less);
      return [theirs, mine];
    },
  },
  best: {
    words: "each at its most accurate setting",
    measured: "the dead share at the setting that held-out images chose as the most accurate",
    unit: "percentage points",
    smallestEffect: 5,
    sides: atTheirBest,
  },
} satisfies Record<string, HeldEqual>;

export type HeldEqualName = keyof typeof heldEqual;

/** Two families of settings to compare. */
export interface FamilyPair {
  more: string;
  less: string;
}

/** Each family of one side against each of the other. */
export const familyPairs = (more: readonly string[], less: readonly string[]): FamilyPair[] =>
  more.flatMap((one) => less.map((other) => ({ more: one, less: other })));

export interface PairEnvelopes extends FamilyPair {
  seed: number;
  /** Of `more` and of `less`. */
  envelopes: readonly [Envelope, Envelope];
}

export interface PairSides extends FamilyPair {
  seed: number;
  sides: Sides;
}

/** What both families of every pair reach, with every seed that has all of both families' runs. */
export function envelopesOfPairs(
  arms: readonly ArmRuns[],
  pairs: readonly FamilyPair[],
  by?: DeadBy,
): PairEnvelopes[] {
  const envelope = (name: string, seed: number) =>
    envelopeOf(ofFamily(arms, name), { seed, ...(by && { by }) });
  const families = pairs.flatMap(({ more, less }) => [more, less]);
  const seeds = seedsIn(
    arms.filter(({ arm: { family } }) => family !== undefined && families.includes(family)),
  );
  return pairs.flatMap((pair) =>
    seeds.flatMap((seed) => {
      const envelopes = [envelope(pair.more, seed), envelope(pair.less, seed)] as const;
      return envelopes.some(({ points }) => points.length === 0) ? [] : { ...pair, seed, envelopes };
    }),
  );
}

/** Both numbers of every pair of families and every seed that has all of both families' runs. */
export const sidesOfPairs = (
  arms: readonly ArmRuns[],
  pairs: readonly FamilyPair[],
  held: HeldEqual,
  by?: DeadBy,
): PairSides[] =>
  envelopesOfPairs(arms, pairs, by).map(({ envelopes, ...pair }) => ({
    ...pair,
    sides: held.sides(...envelopes),
  }));

/** The same as one pair of numbers a seed: the mean over those pairs that have both with every seed, and which these are. */
export function meanSides(
  arms: readonly ArmRuns[],
  pairs: readonly FamilyPair[],
  held: HeldEqual,
  by?: DeadBy,
): { of: (seed: number) => Sides; compared: FamilyPair[] } {
  const all = pairs.map((pair) => ({ pair, own: sidesOfPairs(arms, [pair], held, by) }));
  const compared = all.filter(
    ({ own }) => own.length > 0 && own.every(({ sides }) => sides.every(Number.isFinite)),
  );
  return {
    of(seed) {
      const none: Sides = [Number.NaN, Number.NaN];
      const sides = compared.map(({ own }) => own.find((one) => one.seed === seed)?.sides ?? none);
      return [mean(sides.map(([more]) => more)), mean(sides.map(([, less]) => less))];
    },
    compared: compared.map(({ pair }) => pair),
  };
}
