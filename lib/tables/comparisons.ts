import { from } from "arquero";
import { UserError } from "../errors.js";
import type { ArmRuns } from "../study/arm.js";
import { completedRuns, requireRuns } from "../study/describe.js";
import { type PairedRow, paired } from "../study/paired.js";
import type { GapRow, LikeErrorRow } from "../study/rows.js";
import { observationsBySelectivity } from "../study/selectivity.js";
import { kaplanMeier } from "../survival.js";
import { estimatesBy, intervalNote } from "./estimates.js";
import type { Cell, Column, Table } from "./table.js";

export interface Measured<M extends string> extends Column {
  measure: M;
}

/** A row per optimizer with estimates over seeds; throws where there is no row at all. */
export function byOptimizer<M extends string>(
  rows: readonly (Record<M, number> & PairedRow)[],
  measures: Measured<M>[],
): Pick<Table, "columns" | "rows"> {
  if (rows.length === 0) {
    throw new UserError("No seeds to compare optimizers by. Train them with npm run reproduce.");
  }
  const names = measures.map(({ measure }) => measure);
  const estimates = estimatesBy(from([...rows]), "optimizer", names);
  return {
    columns: [
      { label: "Optimizer" },
      { label: "Seeds" },
      ...measures.map(({ measure, ...column }) => column),
    ],
    rows: paired(rows).map(({ optimizer, rows: own }): Cell[] => [
      optimizer,
      own.length,
      ...names.map((name) => estimates.get(optimizer)?.[name] ?? null),
    ]),
  };
}

/** Dead shares at matched test error of each optimizer and SGD with momentum, and their seed-paired difference. */
export function likeErrorSummary(rows: readonly LikeErrorRow[], { margin }: { margin: number }): Table {
  const compared = rows
    .filter(({ dead, sgd }) => Number.isFinite(dead) && Number.isFinite(sgd))
    .map((row) => ({ ...row, difference: row.dead - row.sgd }));
  return {
    title: "Dead filters at matched test error",
    ...byOptimizer(compared, [
      { measure: "dead", label: "Dead", unit: "%", digits: 1 },
      { measure: "sgd", label: "SGD+momentum", unit: "%", digits: 1 },
      { measure: "difference", label: "Difference", unit: "points", digits: 1 },
    ]),
    note: `Dead by activation, reached within ${margin} point of the lowest test error that both reach. ${intervalNote}`,
  };
}

/** Gaps in test error to SGD with momentum: to its best, at equally many survivors, and at equal dead share. */
export function gapSummary(rows: readonly GapRow[]): Table {
  return {
    title: "Gap in test error to SGD with momentum",
    ...byOptimizer(
      rows.filter(({ best }) => Number.isFinite(best)),
      [
        { measure: "best", label: "To the best of SGD", unit: "points", digits: 1 },
        { measure: "equal", label: "To SGD with as many filters alive", unit: "points", digits: 1 },
        { measure: "penalized", label: "To SGD penalized to the same dead share", unit: "points", digits: 1 },
      ],
    ),
    note: `Each method at its most accurate setting; positive: less accurate than SGD. As many filters alive: in a narrower network. Dashes: SGD has no such network. ${intervalNote}`,
  };
}

/**
 * Filters by their selectivity early on: how many there were in each group of each arm, all seeds together, and what share
 * of them died by the end, with the 95 % interval of Kaplan and Meier's estimate.
 */
export function selectivitySurvival(
  arms: ArmRuns[],
  { from: start = 0.1, cuts = [0.01, 0.25] }: { from?: number; cuts?: readonly [number, number] } = {},
): Table {
  requireRuns(arms, "the table of deaths by selectivity");
  const names = [
    `up to ${100 * cuts[0]} %`,
    `${100 * cuts[0]} to ${100 * cuts[1]} %`,
    `above ${100 * cuts[1]} %`,
  ];
  return {
    title: `Deaths by selectivity after ${Math.round(100 * start)} % of training`,
    columns: [
      { label: "Arm" },
      { label: "Selectivity" },
      { label: "Filters" },
      { label: "Died", unit: "%", digits: 1 },
      { label: "95 % interval", unit: "%" },
    ],
    rows: arms.flatMap((item) =>
      observationsBySelectivity(completedRuns(item), { from: start, cuts }).map((own, group): Cell[] => {
        const last = kaplanMeier(own).at(-1);
        const died = own.length === 0 ? null : 100 * (1 - (last?.survival ?? 1));
        const interval = last?.interval.map((share) => (100 * (1 - share)).toFixed(1)).toReversed();
        return [item.arm.label, names[group]!, own.length, died, interval?.join(" to ") ?? null];
      }),
    ),
    note: "Filters active at the start, all seeds together; intervals take filters as independent.",
  };
}
