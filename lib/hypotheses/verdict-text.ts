import type { Verdict } from "./hypothesis.js";

/** A verdict in words: sentences, but for `answer` and `basis`. */
export function verdictText(verdict: Verdict): Record<"answer" | "claim" | "evidence" | "basis", string> {
  const { effect, interval, unit, smallestEffect, seeds, scale, dataset, comparison } = verdict;
  const [low, high] = interval;
  const decimals = decimalsFor(high - low || effect);
  const number = (value: number) => signed(value, decimals);
  const interpretation =
    smallestEffect < 0
      ? `at par down to ${number(smallestEffect)}`
      : `smallest effect of interest ${smallestEffect}`;
  const range = Number.isFinite(high - low)
    ? `95 % interval ${number(low)} to ${number(high)}`
    : "no interval, which takes at least two seeds";
  return {
    answer: verdict.verdict,
    claim: sentence(`Claim: ${verdict.claim}`),
    evidence: Number.isFinite(effect)
      ? `${sentence(comparison)} Effect: ${number(effect)} ${unit} (${range}; ${interpretation}).`
      : `${sentence(comparison)} There is no pair of finished runs to compare.`,
    basis: `${seeds} ${seeds === 1 ? "seed" : "seeds"} per arm, ${scale} scale, ${dataset}`,
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
