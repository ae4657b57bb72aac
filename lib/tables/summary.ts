import { escape as expression, op } from "arquero";
import type { DataFrame } from "danfojs-node";
import { UserError } from "../errors.js";
import { hasDiverged, requireRuns } from "../figures/describe.js";
import type { ArmRuns } from "../hypotheses/hypothesis.js";
import { tHalfWidth } from "../statistics.js";
import { dfd } from "./danfo.js";
import { layersFrame, type RunRow, runsFrame } from "./runs-frame.js";
import type { Cell, Estimate, Table } from "./table.js";

const measures = ["deadByScale", "deadByActivation", "testError"] as const;
type Measure = (typeof measures)[number];

const measureLabels: Record<Measure, string> = {
  deadByScale: "Dead by scale",
  deadByActivation: "Dead by activation",
  testError: "Test error",
};

const isComplete = expression(({ status }: RunRow) => status === "finished");
const intervalNote = "± is half the 95 % Student t interval of the mean over seeds; none with one seed.";

/**
 * One row per arm: seeds, dead share by both definitions, test error, as mean and 95 % half-width over the runs that
 * did not diverge. The lowest mean test error is marked. Throws `UserError` without runs.
 */
export function armSummary(arms: ArmRuns[]): Table {
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
      seedsCell(item),
      own?.deadByScale ?? null,
      own?.deadByActivation ?? null,
      testError,
    ];
  });
  return {
    columns: [
      { label: "Arm" },
      { label: "Seeds" },
      ...measures.map((measure) => ({ label: measureLabels[measure], unit: "%", digits: 1 })),
    ],
    rows,
    note: errors.length > 1 ? `${intervalNote} Marked: lowest test error.` : intervalNote,
  };
}

type Estimates = Partial<Record<Measure, Estimate>>;

/** arquero folds the runs to one row per arm, run and measure; danfojs gives mean, deviation and count of each. */
function estimatesByArm(arms: ArmRuns[]): Map<string, Estimates> {
  const long = runsFrame(arms)
    .filter(isComplete)
    .select("arm", ...measures)
    .fold([...measures], { as: ["measure", "value"] })
    .filter(expression(({ value }: { value: number | null }) => value !== null));
  const byArm = new Map<string, Estimates>();
  // danfojs fails on a frame without rows.
  if (long.numRows() === 0) return byArm;
  const grouped = new dfd.DataFrame(long.objects())
    .groupby(["arm", "measure"])
    .agg({ value: ["mean", "std", "count"] });
  for (const [arm, measure, mean, deviation, n] of grouped.values as [
    string,
    Measure,
    number,
    number,
    number,
  ][]) {
    byArm.set(arm, { ...byArm.get(arm), [measure]: { mean, halfWidth: tHalfWidth({ n, deviation }) } });
  }
  return byArm;
}

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
  const grouped = layersFrame(arms)
    .filter(isComplete)
    .groupby("arm", "depth", "layer")
    .rollup({ mean: op.mean(measure), deviation: op.stdev(measure), n: op.count() })
    .objects() as { arm: string; depth: number; layer: string; mean: number; deviation: number; n: number }[];
  const layers = [...new Map(grouped.map(({ depth, layer }) => [depth, layer]))].sort(([a], [b]) => a - b);
  const totals = estimatesByArm(arms);
  return {
    title: `${measureLabels[measure]}, share of each layer's filters`,
    columns: [
      { label: "Arm" },
      ...layers.map(([, label]) => ({ label, unit: "%", digits: 0 })),
      { label: "All", unit: "%", digits: 1 },
    ],
    rows: arms.map(({ arm }) => [
      arm.label,
      ...layers.map(([depth]): Cell => {
        const found = grouped.find((row) => row.arm === arm.label && row.depth === depth);
        return found ? { mean: found.mean, halfWidth: tHalfWidth(found) } : null;
      }),
      totals.get(arm.label)?.[measure] ?? null,
    ]),
    note: intervalNote,
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
  return new dfd.DataFrame(rows.objects()).describe().drop({ index: ["variance"] });
}
