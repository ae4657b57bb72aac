import type { Arm, ArmRuns } from "../study/arm.js";
import { describeData, describeSeeds, lambdaText, requireRuns } from "../study/describe.js";
import { lambdasOf } from "../study/series.js";
import { sharedRange } from "./against.js";
import { dots } from "./dots.js";
import { seedValues } from "./estimates.js";
import type { PlotlyFigure } from "./figure.js";
import { deadMeasures } from "./measures.js";

export interface BothMeasuresOptions {
  title: string;
  /** What sets an arm apart from those with the same penalty: "Leaky ReLU". */
  row(arm: Arm): string;
}

/**
 * Shares dead by scale and by activation side by side: a row per condition in a panel per penalty strength. Every
 * seed is shown. Expects one arm per condition and strength.
 */
export function bothMeasures(arms: ArmRuns[], { title, row }: BothMeasuresOptions): PlotlyFigure {
  requireRuns(arms, `the figure "${title}"`);
  const rows = [...new Set(arms.map(({ arm }) => row(arm)))];
  const range = sharedRange(arms);
  const measures = [deadMeasures.activation, deadMeasures.scale];
  return dots({
    title,
    subtitle: [
      `${describeSeeds(arms)}. Large mark: mean of the seeds, bar: lowest to highest; small marks: seeds. Further right: more filters dead.`,
      describeData(arms),
    ],
    rows,
    series: measures.map(({ name, style }) => ({ name, style })),
    panels: lambdasOf(arms).map((lambda) => ({
      name: `λ = ${lambdaText(lambda)}`,
      title: "Dead filters (% of all); right: sparser",
      range,
      seeds(label, series) {
        const measure = measures.find(({ name }) => name === series.name)!;
        const item = arms.find(({ arm }) => arm.lambda === lambda && row(arm) === label);
        return item ? seedValues(item, measure.percent) : [];
      },
    })),
  });
}
