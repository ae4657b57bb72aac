import type { ArmRuns } from "../study/arm.js";
import { measures } from "../study/measures.js";
import { folded } from "../study/run-rows.js";
import { chart } from "./chart.js";
import type { PlotlyFigure } from "./figure.js";
import { byForm, rowsByForm } from "./looks.js";
import { mean, seeds } from "./marks/index.js";
import { linear, penalty, share } from "./scales.js";

export interface DeadShareOptions {
  /** Which definition of inactive; both as two panels by default. */
  measure?: "scale" | "activation" | "both";
}

const reading = "Small marks: seeds; line: their mean; bar: lowest to highest.";
const strengths = { of: "lambda", scale: penalty, title: "Penalty strength λ (log scale, 0 set apart)" };

/** Share of dead filters at the end of training against penalty strength, by optimizer and form of the penalty. */
export function deadShareByPenalty(
  arms: ArmRuns[],
  { measure = "both" }: DeadShareOptions = {},
): PlotlyFigure {
  const own = {
    scale: ["deadByScale"],
    activation: ["deadByActivation"],
    both: ["deadByScale", "deadByActivation"],
  } as const;
  return chart({
    title: "Share of dead filters by penalty strength and optimizer",
    reading,
    about: arms,
    rows: folded(rowsByForm(arms), own[measure]),
    panels: { of: (row) => measures[row.measure].title },
    x: strengths,
    y: { of: "value", scale: share, title: "Dead filters (% of all)", unit: " %" },
    series: byForm,
    marks: [mean(), seeds()],
    legend: true,
  });
}

/** Test error at the end of training against penalty strength. */
export const errorByPenalty = (arms: ArmRuns[]): PlotlyFigure =>
  chart({
    title: "Test error by penalty strength and optimizer",
    reading,
    about: arms,
    rows: rowsByForm(arms),
    x: strengths,
    y: {
      of: "testError",
      scale: linear({ pad: 0.12, leastPad: 1, within: [0, 100] }),
      title: "Test error (%); lower: better",
      unit: " %",
    },
    series: byForm,
    marks: [mean(), seeds()],
    legend: true,
    divergedName: "diverged (no test error: put at the top)",
  });
