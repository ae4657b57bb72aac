import type { Cell, Table } from "../tables/table.js";
import { holmAnswers } from "./answer.js";
import { scopes } from "./scope.js";
import { hypothesisIdOf, type Verdict } from "./verdict.js";
import { verdictNumbers } from "./verdict-text.js";

/**
 * One row per verdict: what is claimed, by whom, what came out, on how much it rests. Positive effects support the claim. The
 * family of Holm's correction is the table: every part of every claim in it counts as one test.
 */
export function verdictTable(verdicts: readonly Verdict[], { title }: { title?: string } = {}): Table {
  const holm = holmAnswers(verdicts);
  return {
    ...(title && { title }),
    columns: [
      { label: "Id" },
      { label: "Claim", width: 50 },
      { label: "Source" },
      { label: "Verdict", width: 14 },
      { label: "After Holm", width: 14 },
      { label: "Effect" },
      { label: "95 % interval" },
      { label: "Unit", width: 10 },
      { label: "Seeds" },
      { label: "Scale" },
      { label: "Scope" },
      { label: "Dataset", width: 14 },
    ],
    rows: verdicts.map((verdict, index): Cell[] => {
      const { effect, interval } = verdictNumbers(verdict);
      const { id, part, claim, source, unit, seeds, scale, dataset } = verdict;
      const after = holm[index]!;
      return [
        part === undefined ? id : hypothesisIdOf(verdict),
        claim,
        source,
        verdict.verdict,
        after === verdict.verdict ? "the same" : after,
        effect,
        interval ?? null,
        unit,
        seeds,
        scale,
        scopes[scale],
        dataset,
      ];
    }),
    note: "Effect: seed-paired difference, positive where it goes the claim's way. Supported (contradicted): the whole interval lies beyond the smallest effect of interest on the claim's (the other) side. No difference that matters: all of it within that effect, on both sides. After Holm: what is left of it when the level is kept for all verdicts of the table together, every part of a claim being one. Source: the paper's abstract; notes, third-party reading notes on the paper, which name no settings, so that the claim is tested as noted; own, this collection's question. Scope: toy, a tenth or so of the images, small; reduced, a dataset whole and a narrow network; full, the paper's size.",
  };
}
