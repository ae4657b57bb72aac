import type { Cell, Table } from "../tables/table.js";
import { holmAnswers } from "./answer.js";
import type { Verdict } from "./verdict.js";
import { verdictNumbers } from "./verdict-text.js";

/** One row per verdict: what is claimed, what came out, on how much it rests. Positive effects support the claim. */
export function verdictTable(verdicts: readonly Verdict[], { title }: { title?: string } = {}): Table {
  const holm = holmAnswers(verdicts);
  return {
    ...(title && { title }),
    columns: [
      { label: "Id" },
      { label: "Claim", width: 50 },
      { label: "Verdict", width: 14 },
      { label: "After Holm", width: 14 },
      { label: "Effect" },
      { label: "95 % interval" },
      { label: "Unit", width: 10 },
      { label: "Seeds" },
      { label: "Scale" },
      { label: "Dataset", width: 14 },
    ],
    rows: verdicts.map((verdict, index): Cell[] => {
      const { effect, interval } = verdictNumbers(verdict);
      const { id, claim, unit, seeds, scale, dataset } = verdict;
      const after = holm[index]!;
      return [
        id,
        claim,
        verdict.verdict,
        after === verdict.verdict ? "the same" : after,
        effect,
        interval ?? null,
        unit,
        seeds,
        scale,
        dataset,
      ];
    }),
    note: "Effect: seed-paired difference, positive where it goes the claim's way. Supported (contradicted): the whole interval lies beyond the smallest effect of interest on the claim's (the other) side. No difference that matters: all of it within that effect, on both sides. After Holm: what is left of it when the level is kept for all verdicts of the table together.",
  };
}
