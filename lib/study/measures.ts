import type { Run } from "../runs/record.js";
import { inactiveByActivation } from "../sparsity/measures.js";
import { meanSelectivity } from "./selectivity.js";

/** A number of a run. */
export interface Measure {
  /** "share of filters inactive by activation" */
  words: string;
  /** "%" */
  unit: string;
  /** With its definition, above a panel or along an axis, in Plotly's markup. */
  title?: string;
  /** Whether it goes through the run's filters, which takes a while. Default false. */
  slow?: true;
  of(run: Run): number;
}

/**
 * What is said of a run, one vocabulary for rows, figures, tables and sentences: to add a measure is to add it here. At the end
 * of training; all but `survivors` in %.
 */
export const measures = {
  deadByActivation: {
    words: "share of filters inactive by activation",
    title: "Inactive by activation (max < 10<sup>−12</sup>)",
    unit: "%",
    of: ({ record }) => 100 * record.final.deadByActivation,
  },
  deadByScale: {
    words: "share of filters inactive by scale",
    title: "Inactive by scale (|γ| < 10<sup>−3</sup>)",
    unit: "%",
    of: ({ record }) => 100 * record.final.deadByScale,
  },
  testError: { words: "test error", unit: "%", of: ({ record }) => 100 * record.final.testError },
  selectivity: { words: "mean selectivity", unit: "%", slow: true, of: (run) => 100 * meanSelectivity(run) },
  survivors: {
    words: "number of filters active at the end",
    unit: "filters",
    of: ({ record: { model, final } }) =>
      (1 - final.deadByActivation) * model.layers.reduce((sum, { filters }) => sum + filters, 0),
  },
  faint: {
    words: "share of filters active, but for no training image beyond 1e-3",
    unit: "%",
    slow: true,
    of({ record, filters }) {
      const last = [...filters.step.keys()].filter((row) => filters.step[row] === record.probes.steps.at(-1));
      const faint = last
        .map((row) => filters.maxActivation[row]!)
        .filter((activation) => !inactiveByActivation(activation) && activation < 1e-3);
      return (100 * faint.length) / last.length;
    },
  },
} satisfies Record<string, Measure>;

export type MeasureName = keyof typeof measures;

/** What is counted, with its definition: a measure's title above a panel or in a legend. */
export const measureTitle = (name: string): string =>
  (measures as Record<string, Measure>)[name]?.title ?? name;
