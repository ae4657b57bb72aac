import { byOptimizer } from "./comparisons.js";
import { intervalNote } from "./estimates.js";
import type { Table } from "./table.js";

/** Dead share, %, of one seed of an optimizer with L2 and with decoupled decay, each at the same test error. */
export interface FormRow {
  optimizer: string;
  seed: number;
  l2: number;
  decoupled: number;
}

/** Dead shares at like test error with both forms of a penalty, and their seed-paired difference; a row per optimizer. */
export function formSummary(rows: readonly FormRow[], { margin }: { margin: number }): Table {
  const compared = rows
    .filter(({ l2, decoupled }) => Number.isFinite(l2) && Number.isFinite(decoupled))
    .map((row) => ({ ...row, difference: row.l2 - row.decoupled }));
  return {
    title: "Dead filters at like test error, by form of the penalty",
    ...byOptimizer(compared, [
      { measure: "l2", label: "L2", unit: "%", digits: 1 },
      { measure: "decoupled", label: "Decoupled", unit: "%", digits: 1 },
      { measure: "difference", label: "Difference", unit: "points", digits: 1 },
    ]),
    note: `Dead by activation, reached within ${margin} point of the lowest test error that both forms reach. ${intervalNote}`,
  };
}
