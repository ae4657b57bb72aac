import { UserError } from "../errors.js";
import type { KeptReport } from "../harvest/kept-reports.js";
import { describePruning } from "../runs/describe.js";
import type { Cell, Table } from "./table.js";

function requireReports(reports: readonly KeptReport[]): void {
  if (reports.length > 0) return;
  throw new UserError(
    "No network was cut and kept. Cut some on an idle machine: npm run prune -- RUN --out DIR --keep.",
  );
}

const runOf = ({ run }: KeptReport): string => `${run.id}/${run.seed}`;

/**
 * A row for every cut of a run's network: what is left, and how far the logits are from the unpruned network's on all
 * test images. `labels`: what a run is called, by its id. Throws `UserError` without reports.
 */
export function exactnessTable(
  reports: readonly KeptReport[],
  labels: ReadonlyMap<string, string> = new Map(),
): Table {
  requireReports(reports);
  return {
    title: "What is left, and what it computes",
    columns: [
      { label: "Run" },
      { label: "Cut" },
      { label: "Variant" },
      { label: "Filters" },
      { label: "Multiply-accumulates", unit: "million", digits: 2 },
      { label: "Parameters", unit: "thousand", digits: 0 },
      { label: "Largest difference of logits", unit: "of their scale" },
      { label: "Images classified otherwise", unit: "%", digits: 2 },
    ],
    rows: reports.flatMap((report) =>
      report.variants.map(({ name, cost, deviation }): Cell[] => [
        labels.get(report.run.id) ?? runOf(report),
        describePruning(report.prune),
        name,
        cost.filters,
        cost.macs / 1e6,
        cost.parameters / 1e3,
        deviation.largest.toExponential(1),
        100 * deviation.changed,
      ]),
    ),
    note: "Batch normalization is fused in every variant. Scale of logits: their root mean square over all test images.",
  };
}

/**
 * A row for every cut network, engine and number of images at once: median time, speed-up over the unpruned network taken
 * in turns with it, and what of the saved multiply-accumulates shows. Throws `UserError` without reports.
 */
export function latencyTable(
  reports: readonly KeptReport[],
  labels: ReadonlyMap<string, string> = new Map(),
): Table {
  requireReports(reports);
  const processors = [...new Set(reports.map(({ latency }) => latency.processor))].join("; ");
  return {
    title: "Measured latency",
    columns: [
      { label: "Run" },
      { label: "Variant" },
      { label: "Engine" },
      { label: "Images at once" },
      { label: "Time", unit: "ms", digits: 2 },
      { label: "Speed-up", unit: "times", digits: 2 },
      { label: "Quartiles" },
      { label: "Multiply-accumulates saved", unit: "times", digits: 2 },
      { label: "Speed-up over saving", digits: 2 },
    ],
    rows: reports.flatMap((report) =>
      report.latency.latencies
        .filter(({ variant }) => variant !== "unpruned")
        .map(({ variant, engine, batch, milliseconds, speedup, macReduction, yield: share }): Cell[] => [
          labels.get(report.run.id) ?? runOf(report),
          variant,
          engine,
          batch,
          milliseconds.median,
          speedup.median,
          `${speedup.low.toFixed(2)} to ${speedup.high.toFixed(2)}`,
          macReduction,
          share,
        ]),
    ),
    note: `Medians; ${processors}. Rounded: widths rounded up, so that engines find them even.`,
  };
}
