import { answerTo, sourceWords } from "./claim.js";
import { scopes } from "./scope.js";
import type { Verdict } from "./verdict.js";

/** A verdict in words: sentences, but for `answer` and `basis`. */
export function verdictText(verdict: Verdict): Record<"answer" | "claim" | "evidence" | "basis", string> {
  const { source, part, unit, smallestEffect, seeds, scale, dataset, comparison } = verdict;
  const { effect, interval, smallest } = verdictNumbers(verdict);
  const interpretation =
    smallestEffect < 0 ? `at par down to ${smallest}` : `smallest effect of interest ${smallestEffect}`;
  const [low, high] = verdict.interval;
  const range =
    interval === undefined
      ? "no interval, which takes at least two seeds"
      : low === high
        ? "the same in every seed, so that its interval has no width"
        : `95 % interval ${interval}`;
  return {
    answer: answerTo(source, verdict.verdict),
    claim: sentence(
      `Claim (${part === undefined ? "" : `part: ${part}; `}${sourceWords[source]}): ${verdict.claim}`,
    ),
    evidence: Number.isFinite(verdict.effect)
      ? `${sentence(comparison)} Effect: ${effect} ${unit} (${range}; ${interpretation}).`
      : `${sentence(comparison)} There is no pair of finished runs to compare.`,
    basis: `${seeds} ${seeds === 1 ? "seed" : "seeds"} per arm, ${scale} scale (${scopes[scale]}), ${dataset}`,
  };
}

/** A verdict's numbers as text, with two digits of the interval's width; no interval from a single seed. */
export function verdictNumbers({
  effect,
  interval: [low, high],
  smallestEffect,
}: Pick<Verdict, "effect" | "interval" | "smallestEffect">): {
  effect: string;
  interval: string | undefined;
  smallest: string;
} {
  const decimals = decimalsFor(high - low || effect);
  const number = (value: number) => signed(value, decimals);
  return {
    effect: number(effect),
    interval: Number.isFinite(high - low) ? `${number(low)} to ${number(high)}` : undefined,
    smallest: number(smallestEffect),
  };
}

/** As many decimals as show two digits of `spread`. */
function decimalsFor(spread: number): number {
  const magnitude = Math.floor(Math.log10(Math.abs(spread)));
  return Number.isFinite(magnitude) ? Math.min(6, Math.max(0, 1 - magnitude)) : 1;
}

function signed(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? `\u2212${text}` : `+${text}`;
}

const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);
