import type { Verdict } from "../hypotheses/verdict.js";
import { verdictText } from "../hypotheses/verdict-text.js";
import { show } from "./display.js";
import { originKey } from "./origin.js";

/** Shows a verdict with what it rests on, a contradiction as plainly as a success. */
export function showVerdict(verdict: Verdict): void {
  const { answer, claim, evidence, basis } = verdictText(verdict);
  show(
    {
      "text/markdown": `> **Verdict: ${answer}.** ${claim}\n>\n> ${evidence}\n>\n> ${basis}.`,
      "text/plain": shownVerdict(verdict),
    },
    { [originKey]: { verdict } },
  );
}

/** A verdict as a notebook keeps it in plain text. */
export function shownVerdict(verdict: Verdict): string {
  const { answer, claim, evidence, basis } = verdictText(verdict);
  return [`Verdict: ${answer}. ${claim}`, evidence, `${basis}.`].join("\n");
}
