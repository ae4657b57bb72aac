import type { Cell, Table } from "../tables/table.js";
import { answerTo } from "./claim.js";
import type { RecordedHypothesis } from "./recorded.js";
import { verdictNumbers } from "./verdict-text.js";

/** Hypotheses on what else than optimizer and strength of the penalty moves the share of dead filters. */
const levers = ["h03", "h07", "h08", "h09", "h10", "h11", "h15", "h16", "h17", "h18"];

/** What a practitioner can change, with the verdicts on every part of each claim; `link` turns a notebook's name into what its cell holds. */
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
    rows: recorded.flatMap(({ hypothesis: { id, notebook, claim }, verdicts }): Cell[][] => {
      if (!levers.includes(id)) return [];
      if (verdicts.length === 0) return [[claim, "no runs yet", null, null, null, null, link(notebook)]];
      return verdicts.map((verdict) => {
        const { effect, interval = null } = verdictNumbers(verdict);
        const answer = answerTo(verdict.source, verdict.verdict);
        return [verdict.claim, answer, effect, interval, verdict.unit, verdict.seeds, link(notebook)];
      });
    }),
  };
}
