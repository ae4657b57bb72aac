import type { DeadBy } from "../study/envelope.js";
import { type ClaimSource, type FactorContrast, type OwnContrast, pairsOfSides } from "./contrast.js";
import { familyPairs, type HeldEqualName, heldEqual, meanSides } from "./held-equal.js";
import { familiesIn } from "./tuned.js";

export interface FamilyContrastOptions {
  id?: string;
  claim?: string;
  source?: ClaimSource;
  /** Families in which the claim says that more filters die, each against each of ... */
  more: readonly string[];
  /** ... those in which it says that fewer do. */
  less: readonly string[];
  /** What is held equal. */
  held: HeldEqualName;
  /** Default: by activation. */
  by?: DeadBy;
  /** Hypothesis' id, for errors. */
  of: string;
  /** What is compared at scales where nothing was tuned. Default: such a scale does not have this contrast. */
  untuned?: FactorContrast;
}

/** A contrast between families, each tuned over its rates and penalties on held-out images. */
export interface FamilyContrast extends OwnContrast {
  families: Pick<FamilyContrastOptions, "more" | "less" | "held">;
  untuned?: FactorContrast;
}

/**
 * Families of settings against each other with something held equal: the mean over all pairs, one of each side, that can be
 * compared so with every seed.
 */
export function familyContrast({
  more,
  less,
  held,
  by,
  of: hypothesis,
  untuned,
  ...about
}: FamilyContrastOptions): FamilyContrast {
  const rule = heldEqual[held];
  const named = [...more, ...less];
  const isTuned = (arms: Parameters<OwnContrast["pairs"]>[0]) => {
    const there = familiesIn(arms);
    return named.every((name) => there.includes(name));
  };
  return {
    ...about,
    unit: rule.unit,
    smallestEffect: rule.smallestEffect,
    families: { more, less, held },
    ...(untuned && { untuned, rerun: untuned }),
    when: (runs) => isTuned(runs) || untuned !== undefined,
    pairs(runs) {
      if (untuned && !isTuned(runs)) return pairsOfSides(hypothesis, untuned, runs);
      const pairs = familyPairs(more, less);
      const { of, compared } = meanSides(runs, pairs, rule, by);
      const left = pairs.filter(
        (pair) => !compared.some((one) => one.more === pair.more && one.less === pair.less),
      );
      return {
        comparison:
          `${joined(more)} against ${joined(less)}, each over learning rates and penalties that were tuned on held-out training images, ${rule.words}: ${rule.measured}` +
          `${pairs.length > 1 ? `, mean over ${compared.length} pairs` : ""}.` +
          (left.length > 0 && compared.length > 0
            ? ` Left out, since they have nothing in common: ${left.map((pair) => `${pair.more} and ${pair.less}`).join("; ")}.`
            : ""),
        arms: runs.filter(({ arm: { family } }) => family !== undefined && named.includes(family)),
        pair: of,
      };
    },
  };
}

/** "A", "A and B", "A; B; C" where names have commas of their own. */
const joined = (names: readonly string[]): string =>
  names.length <= 2 ? names.join(" and ") : `the mean of ${names.join("; ")}`;
