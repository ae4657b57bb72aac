import type { Hypothesis } from "../hypotheses/hypothesis.js";
import {
  type SpecificationRow,
  specificationCurve,
  specificationsOf,
  specificationText,
} from "../hypotheses/specification.js";
import { showFigure } from "./figure.js";
import { showText } from "./text.js";

/**
 * Shows the specification curve of a hypothesis' main contrast, from all that is on record, numbered after its figures, and what
 * it says in a sentence or two. Gives its points. A sentence alone where nothing is on record.
 */
export async function showSpecifications(hypothesis: Hypothesis): Promise<SpecificationRow[]> {
  const rows = await specificationsOf(hypothesis);
  if (rows.length > 0)
    await showFigure(specificationCurve(rows), {
      name: String(hypothesis.figureNames.length + 1),
      caption:
        "The claim under every penalty, learning rate, definition of dead, scale and rule of holding equal that runs are on record for, in order of effect. What has one seed has no interval and decides nothing.",
    });
  showText(specificationText(rows));
  return rows;
}
