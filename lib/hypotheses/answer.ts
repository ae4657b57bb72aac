import { holmAdjusted, type PairedDifference, tTestPValue } from "../statistics.js";

/** What a verdict can be. "Undecided" is lack of evidence; "no difference that matters" is evidence of none. */
export const answers = ["supported", "contradicted", "no difference that matters", "undecided"] as const;
export type Answer = (typeof answers)[number];

/** Level of every test and of Holm's correction over a family: intervals are of 95 %. */
const level = 0.05;

/** An answer with the p-value that decides it. */
export interface Decision {
  verdict: Answer;
  /** Two-sided, of the rule that the effect comes closest to. */
  p: number;
}

/** What an answer about a difference says of the claim that there is none. */
const ofEquality: Readonly<Record<Answer, Answer>> = {
  supported: "contradicted",
  contradicted: "contradicted",
  "no difference that matters": "supported",
  undecided: "undecided",
};

/** The same rule for the claim that both sides agree: supported where the difference lies within the smallest effect. */
export function equalityOf(...of: Parameters<typeof decisionOf>): Decision {
  const { verdict, p } = decisionOf(...of);
  return { verdict: ofEquality[verdict], p };
}

/**
 * Decides by the 95 % interval of a paired difference: supported where all of it lies beyond the smallest effect of interest
 * on the claim's side, contradicted beyond it on the other, no difference that matters within both (two one-sided tests at
 * 2.5 % each: Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15, 1987), else undecided.
 *
 * @param smallestEffect negative where the claim is "at least at par": by how much the other side may win all the same;
 *   no difference is then support
 */
export function decisionOf(
  difference: Pick<PairedDifference, "effect" | "interval" | "standardError" | "n">,
  smallestEffect: number,
): Decision {
  const { effect, interval } = difference;
  const [low, high] = interval;
  const bound = Math.abs(smallestEffect);
  const against = (value: number) => tTestPValue(difference, value);
  const decided = (verdict: Answer, holds: boolean, p: number): Decision => ({
    verdict: holds ? verdict : "undecided",
    p: Number.isFinite(effect) ? p : 1,
  });
  if (effect > smallestEffect) return decided("supported", low > smallestEffect, against(smallestEffect));
  if (effect < -bound) return decided("contradicted", high < -bound, against(-bound));
  return decided(
    "no difference that matters",
    low > -bound && high < bound,
    Math.max(against(-bound), against(bound)),
  );
}

/** Each verdict of a family after Holm's correction: what it was, or undecided where the family's size takes it away. */
export function holmAnswers(family: readonly Decision[]): Answer[] {
  const adjusted = holmAdjusted(family.map(({ p }) => p));
  return family.map(({ verdict }, index) => (adjusted[index]! <= level ? verdict : "undecided"));
}
