import type { Verdict } from "./verdict.js";
import { verdictNumbers } from "./verdict-text.js";

/**
 * What the verdict on a main contrast says to somebody who asks the hypothesis' question: one plain sentence for each way it
 * can come out. "{}" stands for the size of the effect, "48 percentage points" or "a factor of 2.8".
 */
export interface PlainAnswers {
  supported: string;
  contradicted: string;
  /** What the interval is of, in the middle of a sentence: "the difference in dead filters between early and late layers". */
  difference: string;
}

/** The answer to a hypothesis' question in one sentence, computed from its verdict. */
export function plainAnswer({ answers }: { answers: PlainAnswers }, verdict: Verdict): string {
  if (!Number.isFinite(verdict.effect)) return "Nothing to compare yet.";
  if (verdict.verdict === "supported" || verdict.verdict === "contradicted")
    return answers[verdict.verdict].replace("{}", sizeOf(verdict));
  const { interval } = verdictNumbers(verdict);
  const [low, high] = interval?.split(" to ") ?? [];
  const range =
    low === undefined
      ? "is known from one seed only"
      : low === high
        ? `is ${low.replace(/^.0(\.0+)?$/, "0")} ${verdict.unit} in every seed`
        : `lies between ${low} and ${high} ${verdict.unit}`;
  const begin = verdict.verdict === "undecided" ? "Not settled" : "No difference that matters";
  return `${begin}: ${answers.difference} ${range}.`;
}

/** Units that are logarithms, with their base: their effects are factors. */
const bases: Readonly<Record<string, number>> = { decades: 10, "log2 of MACs": 2 };

/** "a factor of 2.7", of an effect that is a logarithm; undefined of others. */
export function factorOf({ unit, effect }: Pick<Verdict, "unit" | "effect">): string | undefined {
  const base = bases[unit];
  return base === undefined ? undefined : `a factor of ${(base ** Math.abs(effect)).toPrecision(2)}`;
}

/** An effect without its direction, in two digits. */
function sizeOf(verdict: Verdict): string {
  const factor = factorOf(verdict);
  if (factor !== undefined) return factor;
  const size = Math.abs(verdict.effect);
  return `${size < 9.95 ? size.toPrecision(2) : size.toFixed(0)} ${verdict.unit}`;
}
