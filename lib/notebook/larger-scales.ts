import type { Hypothesis } from "../hypotheses/hypothesis.js";
import { preferredScales, type RecordedOptions, recordedHypothesis } from "../hypotheses/recorded.js";
import { decides } from "../hypotheses/verdict.js";
import { armSummary } from "../tables/summary.js";
import { showTable } from "./table.js";
import { showText } from "./text.js";
import { showVerdict } from "./verdict.js";

/**
 * Shows the verdicts of a hypothesis at `reduced` and `paper` scale, as far as they have runs, each scale with the table of its
 * arms. One seed decides nothing and is not shown. Shows nothing where there is none, or where none is at a smaller scale: then they are the page's own.
 */
export async function showLargerScales(
  hypothesis: Hypothesis,
  options: Pick<RecordedOptions, "stored" | "known"> = {},
): Promise<void> {
  const larger = preferredScales.filter((scale) => scale === "reduced" || scale === "paper");
  for (const scale of larger) {
    const { arms, verdicts: all } = await recordedHypothesis(hypothesis, { ...options, scale });
    const verdicts = all.filter(decides);
    if (verdicts.length === 0) continue;
    const trained = arms.filter(({ runs }) => runs.length > 0);
    const left = arms.length - trained.length;
    showText(
      `**At ${scale} scale**, all training images at their full size, ${trained.length} arms are trained${left > 0 ? ` (${left} ${left === 1 ? "is" : "are"} not yet)` : ""}:`,
    );
    showTable({ ...armSummary(trained), title: `Dead filters and test error at ${scale} scale` });
    for (const verdict of verdicts) showVerdict(verdict);
  }
}
