import type { Run } from "../runs/record.js";
import { mean } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import { completedRuns, describeData, describeSeeds, requireRuns } from "../study/describe.js";
import { penaltyPace } from "../study/layer-profile.js";
import { groupByOptimizer } from "../study/series.js";
import { against } from "./against.js";
import type { PlotlyFigure } from "./figure.js";
import { deadMeasures, shareLimit } from "./measures.js";
import { styledSeries } from "./series.js";

/** The pace of a run's typical filter, % of gamma a step: the median over layers, each filter counting once; NaN where unknown. */
export function typicalPace(run: Run): number {
  const paces = penaltyPace(run) ?? [];
  const weighted = paces
    .map((pace, layer) => ({ pace, filters: run.record.model.layers[layer]!.filters }))
    .sort((a, b) => a.pace - b.pace);
  const half = weighted.reduce((sum, { filters }) => sum + filters, 0) / 2;
  let seen = 0;
  return (
    weighted.find(({ filters }) => {
      seen += filters;
      return seen >= half;
    })?.pace ?? Number.NaN
  );
}

/**
 * Dead share against the share of gamma that the penalty alone takes away at each step from a typical filter, the measure in
 * which both forms of a penalty can be compared: a panel per optimizer, a line per form.
 */
export function deadShareByPace(arms: ArmRuns[]): PlotlyFigure {
  requireRuns(arms, "the figure of dead share against pace");
  const paceOf = (item: ArmRuns) => mean(completedRuns(item).map(typicalPace));
  const drawn = arms.filter((item) => paceOf(item) > 0);
  requireRuns(drawn, "the figure of dead share against pace");
  const dead = deadMeasures.activation.percent;
  const most = Math.max(0, ...drawn.flatMap(completedRuns).map(dead));
  return against({
    apart: false,
    title: "Dead filters against how fast the penalty alone shrinks γ, by form of the penalty",
    subtitle: [
      `${describeSeeds(drawn)}. Small marks: seeds; line: their mean; bar: lowest to highest. Pace: of the median filter, early in training.`,
      describeData(drawn),
    ],
    quantity: {
      title: "γ lost to the penalty per step (%, log)",
      of: paceOf,
      name: (pace) => `${pace.toPrecision(2)} % a step`,
      text: (pace) => String(Number(pace.toPrecision(2))),
    },
    panels: groupByOptimizer(drawn).map(([name, own], index) => ({
      name,
      ...(index === 0 && { title: "Filters inactive by activation (%)" }),
      range: [0, shareLimit(most)] as [number, number],
      series: styledSeries(own).map((series) => ({ ...series, measure: dead })),
    })),
  });
}
