import type { Hypothesis } from "../hypotheses/hypothesis.js";
import { preferredScales, type RecordedOptions, recordedHypothesis } from "../hypotheses/recorded.js";
import { familiesIn } from "../hypotheses/tuned.js";
import { unlessMissing } from "../hypotheses/unless-missing.js";
import { decides } from "../hypotheses/verdict.js";
import type { ArmRuns } from "../study/arm.js";
import { studyRuns } from "../study/study-runs.js";
import { armSummary } from "../tables/summary.js";
import { showTable } from "./table.js";
import { showText } from "./text.js";
import { showVerdict } from "./verdict.js";

/**
 * Shows the verdicts of a hypothesis at `reduced` and `paper` scale, as far as they have runs, each scale with the table of its
 * arms; those of tuned families only where a verdict compares them. One seed decides nothing and is not shown. Shows nothing where there is none, or where none is at a smaller scale: then they are the page's own.
 */
export async function showLargerScales(
  hypothesis: Hypothesis,
  options: Pick<RecordedOptions, "stored" | "known"> = {},
): Promise<void> {
  const larger = preferredScales.filter((scale) => scale === "reduced" || scale === "paper");
  for (const scale of larger) {
    const { arms: all, verdicts: found } = await recordedHypothesis(hypothesis, { ...options, scale });
    const verdicts = found.filter(decides);
    if (verdicts.length === 0) continue;
    const compared = comparedFamilies(hypothesis, all);
    const arms = all.filter(({ arm: { family } }) => family === undefined || compared.includes(family));
    const trained = arms.filter(({ runs }) => runs.length > 0);
    const left = arms.length - trained.length;
    showText(
      `**At ${scale} scale**, all training images at their full size, ${trained.length} arms are trained${left > 0 ? ` (${left} ${left === 1 ? "is" : "are"} not yet)` : ""}:`,
    );
    showTable({ ...armSummary(trained), title: `Dead filters and test error at ${scale} scale` });
    for (const verdict of verdicts) showVerdict(verdict);
  }
}

/** The tuned families that verdicts compare on some arms. Others were tuned for another page, or are not all trained yet. */
function comparedFamilies(hypothesis: Hypothesis, arms: readonly ArmRuns[]): string[] {
  const runs = studyRuns(arms);
  return hypothesis.parts(arms).flatMap((name) => {
    const contrast = hypothesis.contrasts[name]!;
    return "pairs" in contrast ? familiesIn(unlessMissing(() => contrast.pairs(runs).arms) ?? []) : [];
  });
}
