import type { ArmRuns } from "../hypotheses/hypothesis.js";
import { against, bothMeasuresOf, sharedRange } from "./against.js";
import { datasetTitle, describeData, describeSeeds, requireRuns } from "./describe.js";
import type { PlotlyFigure } from "./figure.js";

/** Dead share against the number of classes; a panel per dataset, for datasets differ in more than their classes. */
export function deadShareByClasses(arms: ArmRuns[]): PlotlyFigure {
  requireRuns(arms, "the figure of dead share against the number of classes");
  const trained = arms.filter(({ runs }) => runs.length > 0);
  const datasets = [...new Set(trained.map(({ arm }) => arm.config.dataset.name))];
  const range = sharedRange(arms);
  return against({
    title: "Share of dead filters by number of classes, equally many images",
    subtitle: [
      `${describeSeeds(arms)}. Small marks: seeds; line: their mean; bar: lowest to highest. A line that falls: easier tasks leave more filters dead.`,
      describeData(arms),
    ],
    quantity: {
      title: "Classes (log scale); right: harder",
      of: ({ runs }) => runs[0]!.record.dataset.classes.length,
      name: (value) => `${value} classes`,
    },
    panels: datasets.map((dataset, index) => ({
      name: datasetTitle(dataset),
      ...(index === 0 && { title: "Dead filters (% of all); higher: sparser" }),
      range,
      series: bothMeasuresOf(trained.filter(({ arm }) => arm.config.dataset.name === dataset)),
    })),
  });
}
