import type { PairedRow } from "../study/paired.js";
import { byOptimizer } from "./comparisons.js";
import { intervalNote } from "./estimates.js";
import type { Table } from "./table.js";

/** Dead share, %, of one seed of an optimizer with L2 and with decoupled decay, at the same test error or pace. */
export interface FormRow extends PairedRow {
  l2: number;
  decoupled: number;
}

/**
 * Dead shares with both forms of a penalty, and their seed-paired difference, a row per optimizer: at matched test error within
 * `margin` points, or at the same pace.
 */
export function formSummary(rows: readonly FormRow[], like: { margin: number } | "pace"): Table {
  const compared = rows
    .filter(({ l2, decoupled }) => Number.isFinite(l2) && Number.isFinite(decoupled))
    .map((row) => ({ ...row, difference: row.l2 - row.decoupled }));
  return {
    title: `Dead filters at ${like === "pace" ? "the same pace" : "matched test error"}, by form of the penalty`,
    ...byOptimizer(compared, [
      { measure: "l2", label: "L2", unit: "%", digits: 1 },
      { measure: "decoupled", label: "Decoupled", unit: "%", digits: 1 },
      { measure: "difference", label: "Difference", unit: "points", digits: 1 },
    ]),
    note: `Dead by activation, ${
      like === "pace"
        ? "at paces that lie within both forms' ranges"
        : `reached within ${like.margin} point of the lowest test error that both forms reach`
    }. ${intervalNote}`,
  };
}
