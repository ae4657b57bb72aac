import type { Hypothesis } from "../hypotheses/hypothesis.js";
import {
  type SpecificationRow,
  specificationCurve,
  specificationsOf,
  specificationText,
} from "../hypotheses/specification.js";
import type { Run } from "../runs/record.js";
import { RunIndex } from "../runs/run-index.js";
import { showFigure } from "./figure.js";
import { showLargerScales } from "./larger-scales.js";
import { showText } from "./text.js";

/**
 * Shows the verdicts of a hypothesis at larger scales, as far as they have runs, then the specification curve of its main
 * contrast, from all that is on record, numbered after its figures, and what it says in a sentence or two. Gives its points.
 * A sentence alone where nothing is on record.
 */
export async function showSpecifications(hypothesis: Hypothesis): Promise<SpecificationRow[]> {
  const read = { stored: new RunIndex(), known: new Map<string, Run>() };
  await showLargerScales(hypothesis, read);
  const rows = await specificationsOf(hypothesis, read);
  if (rows.length > 0)
    await showFigure(specificationCurve(rows), {
      name: String(hypothesis.figureNames.length + 1),
      caption:
        "The claim under every penalty, learning rate, definition of dead, scale and rule of holding equal that runs are on record for, in order of effect. What has one seed has no interval and decides nothing.",
    });
  showText(specificationText(rows));
  return rows;
}
