import { capitalized } from "../capitalized.js";
import type { Judgment, Side } from "./catalog.js";
import type { ArmResult } from "./messages.js";

/** Percentage points of test error by which a network has to beat guessing, or what died in it says nothing. */
const learned = 5;

export interface JudgeOptions {
  judgment: Judgment;
  /** Of the two arms, in their order. */
  results: readonly ArmResult[];
  /** Whether the reader changed what sets the arms apart, or their length. */
  changed: boolean;
}

/** What one pair of runs says of the claim, in words; computed, and never more than one seed can carry. */
export function judge({ judgment, results, changed }: JudgeOptions): string {
  const diverged = results.flatMap(({ status, step }, arm) => (status === "diverged" ? [{ arm, step }] : []));
  if (diverged.length > 0) {
    const arms = diverged.map(
      ({ arm, step }) => `${nameOf(arm)} diverged at step ${step.toLocaleString("en")}`,
    );
    return `${arms.join(" and ")}: the loss is no longer a number. No verdict; lower the learning rate or lambda.`;
  }
  const idle = results.flatMap(({ measures: { testError }, chance }, arm) =>
    testError > chance - learned
      ? [`${nameOf(arm)} (test error ${testError.toFixed(1)} %, guessing ${chance.toFixed(1)} %)`]
      : [],
  );
  if (idle.length > 0)
    return `${idle.join(" and ")} learned nothing, so that its dead filters say nothing. No verdict; lower lambda.`;
  const { what, unit, more, less, smallestEffect, decides } = judgment;
  const value = ({ arm, measure }: Side) => results[arm]!.measures[measure];
  const [a, b] = [value(more), value(less)];
  if (!Number.isFinite(a) || !Number.isFinite(b))
    return `${capitalized(what)}: there is nothing to compare, since too few filters died. No verdict.`;
  const words = ({ arm, words: own }: Side) => (changed && more.arm !== less.arm ? `in ${nameOf(arm)}` : own);
  const compared = `${capitalized(what)}: ${amount(a, unit)} ${words(more)} against ${amount(b, unit)} ${words(less)}`;
  if (!decides) return `${compared}. One pair does not decide the claim.`;
  if (changed) return `${compared}. These are your settings: no test of the claim as it stands.`;
  return `${compared}: ${relation(a - b, smallestEffect, unit)}, for one seed; one run gives no interval.`;
}

function relation(difference: number, smallestEffect: number, unit: Judgment["unit"]): string {
  if (difference > smallestEffect) return "as the claim says";
  if (difference < -smallestEffect) return "the opposite of the claim";
  const size = unit === "%" ? "percentage points" : unit;
  return `a difference too small to speak for or against the claim (below ${smallestEffect} ${size})`;
}

/** "A", "B" */
export const nameOf = (arm: number): string => "AB"[arm]!;

const amount = (value: number, unit: Judgment["unit"]) =>
  `${value.toFixed(1).replace("-", "\u2212")} ${unit}`;
