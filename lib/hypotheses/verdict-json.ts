import { holmAnswers } from "./answer.js";
import { scopes } from "./scope.js";
import { hypothesisIdOf, type Verdict } from "./verdict.js";

/**
 * Verdicts as data, in order. The family of Holm's correction is the list, the main contrast and every further part of each
 * claim in it. An interval from one seed is unbounded, which JSON writes as null; the part of a claim that is whole is null too.
 */
export function verdictsJson(verdicts: readonly Verdict[]) {
  const holm = holmAnswers(verdicts);
  return verdicts.map((one, index) => {
    const { part = null, claim, source, verdict, effect, interval, p, seeds, scale, dataset } = one;
    const { unit, smallestEffect, comparison } = one;
    return {
      ...{ id: hypothesisIdOf(one), part, claim, source, verdict, effect, interval, p, holm: holm[index]! },
      ...{ seeds, scale, scope: scopes[scale], dataset, unit, smallestEffect, comparison },
    };
  });
}
