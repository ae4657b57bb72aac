import type { Hypothesis } from "../hypotheses/hypothesis.js";
import type { ArmRuns } from "../study/arm.js";
import { costText, environmentText, rerunText, threatsText } from "../tables/run-texts.js";
import { showText } from "./text.js";

/**
 * What every notebook ends with, from its runs: threats to validity that all studies on them share, the commands that make
 * it again, what the runs cost, and what they were trained with. Of a notebook without a hypothesis only its `notebook`.
 * Throws `UserError` without a run.
 */
export function showClosing(
  { id, notebook }: Pick<Hypothesis, "notebook"> & Partial<Pick<Hypothesis, "id">>,
  runs: ArmRuns[],
): void {
  showText(threatsText(runs));
  showText(`**Rerun this.**\n\n${rerunText(runs, { notebook, ...(id !== undefined && { id }) })}`);
  showText(`${costText(runs)} ${environmentText(runs)}`);
}
