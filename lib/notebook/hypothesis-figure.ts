import { UsageError, UserError } from "../errors.js";
import type { PlotlyFigure } from "../figures/figure.js";
import type { Hypothesis, NumberedFigure } from "../hypotheses/hypothesis.js";
import type { ArmRuns } from "../study/arm.js";
import { showFigure } from "./figure.js";
import { runsOf } from "./origin.js";
import { showText } from "./text.js";

/**
 * Shows one of a hypothesis' figures with its caption, numbered as the hypothesis lists them; a sentence in its place where runs
 * that it needs are missing. `own`: a chart of the cell's to show in its place, with its caption, number and origin; exports
 * are of the hypothesis' own.
 */
export async function showFigureOf(
  hypothesis: Hypothesis,
  runs: ArmRuns[],
  name: string,
  own?: PlotlyFigure,
): Promise<void> {
  let found: NumberedFigure;
  try {
    found = hypothesis.figure(name, runs);
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof UserError)) throw error;
    return showText(error.message);
  }
  await showFigure(own ?? found.figure, {
    name: String(found.number),
    caption: found.caption,
    origin: { hypothesis: hypothesis.id, figure: name, runs: runsOf(runs) },
  });
}
