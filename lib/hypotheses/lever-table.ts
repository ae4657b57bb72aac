import type { Cell, Table } from "../tables/table.js";
import type { RecordedHypothesis } from "./recorded.js";
import { verdictNumbers } from "./verdict-text.js";

/** Hypotheses on what else than optimizer and strength of the penalty moves the share of dead filters. */
const levers = ["h03", "h07", "h08", "h09", "h10", "h11", "h15", "h16", "h17", "h18"];

/** What a practitioner can change, with the verdict on each; `link` turns a notebook's name into what its cell holds. */
export function leverTable(
  recorded: readonly RecordedHypothesis[],
  { link = (notebook: string) => notebook }: { link?: (notebook: string) => string } = {},
): Table {
  return {
    columns: [
      { label: "Claim" },
      { label: "Verdict" },
      { label: "Effect" },
      { label: "95 % interval" },
      { label: "Unit" },
      { label: "Seeds" },
      { label: "Evidence" },
    ],
    rows: recorded.flatMap(({ hypothesis: { id, notebook, claim }, verdict }): Cell[][] => {
      if (!levers.includes(id)) return [];
      if (!verdict) return [[claim, "no runs yet", null, null, null, null, link(notebook)]];
      const { effect, interval = null } = verdictNumbers(verdict);
      return [[claim, verdict.verdict, effect, interval, verdict.unit, verdict.seeds, link(notebook)]];
    }),
  };
}
