import { type ColumnTable, from } from "arquero";
import type { Run } from "../runs/record.js";
import { median } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import { completedRuns, requireRuns } from "../study/describe.js";
import { filterHistories } from "../study/filter-states.js";
import { estimatesBy, seedsNote } from "./estimates.js";
import type { Cell, Table } from "./table.js";

const columns = [
  { measure: "dead", label: "Dead", unit: "% of filters" },
  { measure: "byScale", label: "By scale", unit: "% of deaths" },
  { measure: "byShift", label: "By shift", unit: "% of deaths" },
  { measure: "selectiveFirst", label: "Selective first", unit: "% of deaths" },
  { measure: "medianStep", label: "Median death", unit: "% of training" },
  { measure: "revived", label: "Came back", unit: "% of filters" },
] as const;

type Measure = (typeof columns)[number]["measure"];

/** How the filters of one run died, in %; null where nothing died, and where its record keeps too few probes to tell. */
export type DeathRow = Record<Measure, number | null> & { arm: string; seed: number };

/** Deaths of every run that did not diverge, an arquero table with a row per run. */
export const deathsFrame = (arms: readonly ArmRuns[]): ColumnTable =>
  from(arms.flatMap((item) => completedRuns(item).map((run) => deathRow(item.arm.label, run))));

/**
 * One row per arm: how many filters are dead at the end by either measure, by which cause, how many of them were selective
 * first, when they died, and how many filters came back from an inactive state at any time. Throws `UserError` without
 * runs.
 */
export function deathSummary(arms: ArmRuns[]): Table {
  requireRuns(arms, "the table of deaths");
  const estimates = estimatesBy(
    deathsFrame(arms),
    "arm",
    columns.map(({ measure }) => measure),
  );
  return {
    title: "Deaths by cause",
    columns: [{ label: "Arm" }, ...columns.map(({ label, unit }) => ({ label, unit, digits: 1 }))],
    rows: arms.map(({ arm }): Cell[] => [
      arm.label,
      ...columns.map(({ measure }) => estimates.get(arm.label)?.[measure] ?? null),
    ]),
    note: `Dead by either measure at the last probe. By scale: |γ| was below 1e-3 at the first probe of death; by shift: it was not, and the filter no longer activated; from records that keep their probes. ${seedsNote(arms)}`,
  };
}

function deathRow(arm: string, run: Run): DeathRow {
  const { record } = run;
  const histories = filterHistories(run);
  const deaths = histories.flatMap(({ death }) => death ?? []);
  const share = (count: number, of: number) => (of === 0 ? null : (100 * count) / of);
  const isTold = deaths.every(({ cause }) => cause !== undefined);
  const ofTold = (count: number) => (isTold ? share(count, deaths.length) : null);
  const byScale = deaths.filter(({ cause }) => cause === "scale").length;
  return {
    arm,
    seed: record.seed,
    dead: share(deaths.length, histories.length),
    byScale: ofTold(byScale),
    byShift: ofTold(deaths.length - byScale),
    selectiveFirst: share(deaths.filter(({ selectiveFirst }) => selectiveFirst).length, deaths.length),
    medianStep:
      deaths.length === 0 || !isTold
        ? null
        : (100 * median(deaths.map(({ step }) => step))) / record.final.step,
    revived: share(histories.filter(({ revivedAt }) => revivedAt !== undefined).length, histories.length),
  };
}
