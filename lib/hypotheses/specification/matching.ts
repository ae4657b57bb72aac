import { mean } from "../../statistics.js";
import type { ArmRuns } from "../../study/arm.js";
import {
  atMatchedDeadShare,
  atMatchedError,
  atTheirBest,
  Envelope,
  endPoints,
  type Sides as Pair,
} from "../../study/envelope.js";
import { groupByOptimizer } from "../../study/series.js";
import type { MatchingRule } from "../contrast.js";
import { hasSeed } from "../frontier.js";
import { margins, marginWords } from "./margins.js";

/** Of one optimizer of each side: what they are compared by. */
type Rule = (more: Envelope, less: Envelope) => Pair;

/** A rule for two sides of several optimizers: each of one against each of the other, their mean. */
const overOptimizers = (matching: string, rule: Rule, more: Partial<MatchingRule> = {}): MatchingRule => ({
  matching,
  ...more,
  pair(sides, by) {
    const pairs = groupByOptimizer(sides.more).flatMap(([, own]) =>
      groupByOptimizer(sides.less).map(([, other]) => [own, other] as const),
    );
    const envelope = (arms: readonly ArmRuns[], seed: number) => new Envelope(endPoints(arms, { seed, by }));
    return (seed) => {
      const found = pairs.map(
        ([own, other]): Pair =>
          hasSeed([...own, ...other], seed)
            ? rule(envelope(own, seed), envelope(other, seed))
            : [Number.NaN, Number.NaN],
      );
      return [mean(found.map(([side]) => side)), mean(found.map(([, side]) => side))];
    };
  },
});

/**
 * What can be held equal between two families that are tuned over a range of penalties (`study/envelope`): the test error up
 * to a margin, the dead share, or nothing, each at its own lowest error. At matched dead share test errors are compared, the
 * other way round, since who dies more cheaply loses less.
 */
export const matchingRules: readonly MatchingRule[] = [
  ...margins.map((margin) =>
    overOptimizers(marginWords(margin), (more, less) => atMatchedError(more, less, margin)),
  ),
  overOptimizers("each at its best", atTheirBest),
  overOptimizers(
    "equal dead share",
    (more, less) => {
      const [own, other] = atMatchedDeadShare(more, less);
      return [other, own];
    },
    { unit: "points of test error", smallestEffect: 1 },
  ),
];
