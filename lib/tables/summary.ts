import { type ColumnTable, escape as expression, from, op } from "arquero";
import type { DataFrame } from "danfojs-node";
import { UserError } from "../errors.js";
import { tHalfWidth } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import { completedRuns, hasDiverged, requireRuns } from "../study/describe.js";
import type { RunRow } from "../study/run-rows.js";
import { survivorSelectivity } from "../study/selectivity.js";
import { danfo } from "./danfo.js";
import { layersFrame, runsFrame } from "./data-frames.js";
import { estimatesBy, seedsNote } from "./estimates.js";
import type { Cell, Column, Table } from "./table.js";

const measures = ["deadByScale", "deadByActivation", "testError"] as const;
type Measure = (typeof measures)[number];

const measureLabels: Record<Measure, string> = {
  deadByScale: "Dead by scale",
  deadByActivation: "Dead by activation",
  testError: "Test error",
};

const isComplete = expression(({ status }: RunRow) => status === "finished");

/** What a table says of an arm besides: "Batch", "Classes". */
export interface ArmColumn extends Column {
  of(item: ArmRuns): Cell;
}

/**
 * One row per arm: seeds, dead share by both definitions, test error, as mean and 95 % half-width over the runs that
 * did not diverge. The lowest mean test error is marked. `about`: columns put before the measures. Throws `UserError`
 * without runs.
 */
export function armSummary(arms: ArmRuns[], { about = [] }: { about?: ArmColumn[] } = {}): Table {
  requireRuns(arms, "the table of arms");
  const estimates = estimatesByArm(arms);
  const errors = [...estimates.values()].flatMap(({ testError }) => testError?.mean ?? []);
  const lowest = errors.length > 1 ? Math.min(...errors) : Number.NaN;
  const rows = arms.map((item): Cell[] => {
    const own = estimates.get(item.arm.label);
    const error = own?.testError;
    const testError: Cell = error ? { ...error, best: error.mean === lowest } : null;
    return [
      item.arm.label,
      ...about.map(({ of }) => of(item)),
      seedsCell(item),
      own?.deadByScale ?? null,
      own?.deadByActivation ?? null,
      testError,
    ];
  });
  return {
    title: "Dead filters and test error at the end of training",
    columns: [
      { label: "Arm" },
      ...about.map(({ of: _, ...column }) => column),
      { label: "Seeds" },
      ...measures.map((measure) => ({ label: measureLabels[measure], unit: "%", digits: 1 })),
    ],
    rows,
    note: `${seedsNote(arms)}${errors.length > 1 ? " Marked: lowest test error." : ""}`,
  };
}

const estimatesByArm = (arms: ArmRuns[]) => estimatesBy(runsFrame(arms).filter(isComplete), "arm", measures);

function seedsCell(item: ArmRuns): Cell {
  const diverged = item.runs.filter(hasDiverged).length;
  return diverged === 0 ? item.runs.length : `${item.runs.length} (${diverged} diverged)`;
}

/**
 * One row per arm, one column per layer and one for all: dead share in %, as mean and 95 % half-width over the runs
 * that did not diverge. Throws `UserError` without runs.
 */
export function layerSummary(
  arms: ArmRuns[],
  { measure = "deadByScale" }: { measure?: "deadByScale" | "deadByActivation" } = {},
): Table {
  requireRuns(arms, "the table of layers");
  const totals = estimatesByArm(arms);
  const { columns, rows } = layerColumns(
    arms,
    layersFrame(arms)
      .filter(isComplete)
      .rename({ [measure]: "value" }),
  );
  return {
    title: `${measureLabels[measure]}, share of each layer's filters`,
    columns: [...columns, { label: "All", unit: "%", digits: 1 }],
    rows: rows.map((row, i) => [...row, totals.get(arms[i]!.arm.label)?.[measure] ?? null]),
    note: seedsNote(arms),
  };
}

/**
 * One row per arm, one column per layer: mean selectivity, %, of the filters that are alive at the end, as mean and 95 %
 * half-width over seeds. Throws `UserError` without runs.
 */
export function selectivitySummary(arms: ArmRuns[]): Table {
  requireRuns(arms, "the table of selectivity");
  const survivors = arms.flatMap((item) =>
    completedRuns(item).flatMap((run) =>
      survivorSelectivity(run).flatMap((value, depth) =>
        value === null
          ? []
          : [{ arm: item.arm.label, depth, layer: run.record.model.layers[depth]!.name, value }],
      ),
    ),
  );
  return {
    title: "Selectivity of surviving filters, mean over each layer",
    ...layerColumns(arms, from(survivors)),
    note: `Selectivity: share of training images that a filter does not answer to. ${seedsNote(arms)}`,
  };
}

/** A row per arm and a column per layer, from a table with a row per arm, seed and layer and its `value`. */
function layerColumns(arms: ArmRuns[], values: ColumnTable): Pick<Table, "columns" | "rows"> {
  const grouped = values
    .groupby("arm", "depth", "layer")
    .rollup({ mean: op.mean("value"), deviation: op.stdev("value"), n: op.count() })
    .objects() as { arm: string; depth: number; layer: string; mean: number; deviation: number; n: number }[];
  const layers = [...new Map(grouped.map(({ depth, layer }) => [depth, layer]))].sort(([a], [b]) => a - b);
  return {
    columns: [{ label: "Arm" }, ...layers.map(([, label]) => ({ label, unit: "%", digits: 0 }))],
    rows: arms.map(({ arm }) => [
      arm.label,
      ...layers.map(([depth]): Cell => {
        const found = grouped.find((row) => row.arm === arm.label && row.depth === depth);
        return found ? { mean: found.mean, halfWidth: tHalfWidth(found) } : null;
      }),
    ]),
  };
}

/**
 * Count, mean, standard deviation, minimum, median and maximum over all runs that did not diverge, as a danfojs frame
 * that a notebook cell can carry on with; it prints as a table. Throws `UserError` where every run diverged.
 */
export function describeRuns(arms: ArmRuns[]): DataFrame {
  requireRuns(arms, "the description of runs");
  // describe() throws on null and spreads NaN, hence only rows that have every value.
  const rows = runsFrame(arms)
    .filter(isComplete)
    .select(...measures, "trainLoss", "seconds")
    .filter(expression((row: Partial<RunRow>) => Object.values(row).every((value) => value !== null)));
  if (rows.numRows() === 0) {
    throw new UserError("Every run diverged: nothing to describe. Lower the learning rate and train again.");
  }
  return new (danfo().DataFrame)(rows.objects()).describe().drop({ index: ["variance"] });
}
