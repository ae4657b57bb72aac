import { UserError } from "../errors.js";
import type { Hypothesis } from "../hypotheses/hypothesis.js";
import type { ArmRuns } from "../study/arm.js";
import { showFigure } from "./figure.js";
import { runsOf } from "./origin.js";

/** Shows one of a hypothesis' figures with its caption, numbered as the hypothesis lists them. */
export async function showFigureOf(hypothesis: Hypothesis, runs: ArmRuns[], name: string): Promise<void> {
  const figures = hypothesis.figures(runs);
  const index = figures.findIndex((figure) => figure.name === name);
  const found = figures[index];
  if (!found) {
    const known = figures.map((figure) => figure.name).join(", ");
    throw new UserError(`${hypothesis.id} has no figure "${name}". Its figures: ${known}.`);
  }
  await showFigure(found.figure, {
    name: String(index + 1),
    caption: found.caption,
    origin: { hypothesis: hypothesis.id, figure: name, runs: runsOf(runs) },
  });
}
