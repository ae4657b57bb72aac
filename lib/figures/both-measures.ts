import type { Arm, ArmRuns } from "../study/arm.js";
import { measures } from "../study/measures.js";
import type { PlotlyFigure } from "./figure.js";
import { byDeadMeasure, deadRows, strength } from "./looks.js";
import { dotMarks, dotsReading, rowsChart } from "./rows-chart.js";
import { share } from "./scales.js";

export interface BothMeasuresOptions {
  title: string;
  /** What sets an arm apart from those with the same penalty: "Leaky ReLU". */
  row(arm: Arm): string;
}

/**
 * Shares dead by scale and by activation side by side: a row per condition, in a panel per penalty strength where a condition
 * has several.
 */
export function bothMeasures(arms: ArmRuns[], { title, row }: BothMeasuresOptions): PlotlyFigure {
  const labels = new Map(arms.map(({ arm }) => [arm.label, row(arm)]));
  const rows = deadRows(arms).sort((a, b) => a.lambda - b.lambda);
  const strengths = new Set(rows.map(strength)).size;
  const kinds = new Set(rows.map((one) => `${labels.get(one.arm)} ${strength(one)}`)).size;
  const isSplit = strengths === 1 || kinds > new Set(labels.values()).size;
  const title_ = (measure: "deadByScale" | "deadByActivation") => measures[measure].title;
  return rowsChart({
    title,
    reading: `${dotsReading} Further right: more filters dead.`,
    about: arms,
    rows,
    ...(isSplit && { panels: { of: strength, columns: strengths } }),
    x: { of: "value", scale: share, title: "Dead filters (% of all)", unit: " %" },
    row: ({ arm }) => labels.get(arm)!,
    names: [...new Set(labels.values())],
    series: { ...byDeadMeasure(title_), names: [title_("deadByActivation"), title_("deadByScale")] },
    marks: dotMarks,
  });
}
