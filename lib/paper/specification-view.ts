import type { Hypothesis } from "../hypotheses/index.js";
import { specificationCounts, specificationDots, specificationsOf } from "../hypotheses/specification.js";
import type { Run } from "../runs/record.js";
import { RunIndex } from "../runs/run-index.js";
import { html, type Markup, raw } from "./html.js";
import { keptFiles } from "./kept-files.js";

/** Changes with what is kept. */
const version = 1;

/**
 * The specification curve of each hypothesis as a row of dots with what it says, by the hypothesis' id: computed once for a set
 * of records. One specification is no curve: such a hypothesis has none.
 */
export async function specificationViews(
  hypotheses: readonly Hypothesis[],
): Promise<ReadonlyMap<string, Markup>> {
  const stored = new RunIndex();
  const records = stored.ids().map((id) => [id, stored.seeds(id)]);
  const known = new Map<string, Run>();
  const views = new Map<string, Markup>();
  for (const hypothesis of hypotheses) {
    const { "dots.json": kept } = await keptFiles(
      "paper-specifications",
      [version, hypothesis.id, hypothesis.claim, records],
      async () => {
        const rows = await specificationsOf(hypothesis, { stored, known });
        const view =
          rows.length > 1 ? { dots: specificationDots(rows), text: specificationCounts(rows) } : null;
        return { "dots.json": Buffer.from(JSON.stringify(view)) };
      },
    );
    const view = JSON.parse(kept!.toString("utf8")) as { dots: string; text: string } | null;
    // Made of numbers and of words of this library alone.
    if (view?.dots)
      views.set(
        hypothesis.id,
        html`<span class="specification">${raw(view.dots)}<span>${view.text}.</span></span>`,
      );
  }
  return views;
}
