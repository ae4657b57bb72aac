import type { ArmRuns } from "../study/arm.js";
import { datasetTitle, describeData, describeSeeds, lambdaText, requireRuns } from "../study/describe.js";
import { lambdasOf } from "../study/series.js";
import { against, bothMeasuresOf, sharedRange } from "./against.js";
import type { PlotlyFigure } from "./figure.js";

export interface ClassPanel {
  /** "CIFAR-10", with the penalty where there are several: "CIFAR-10, λ = 10^-4". */
  name: string;
  /** In order of their classes. */
  arms: ArmRuns[];
}

/** Trained arms by dataset and penalty. */
export function classPanels(arms: ArmRuns[]): ClassPanel[] {
  const trained = arms.filter(({ runs }) => runs.length > 0);
  const several = lambdasOf(trained).length > 1;
  const panels = new Map<string, ArmRuns[]>();
  for (const item of trained) {
    const { config, lambda } = item.arm;
    const dataset = datasetTitle(config.dataset.name);
    const name = several ? `${dataset}, λ = ${lambdaText(lambda)}` : dataset;
    panels.set(name, [...(panels.get(name) ?? []), item]);
  }
  return [...panels].map(([name, own]) => ({ name, arms: own.sort((a, b) => classesOf(a) - classesOf(b)) }));
}

const classesOf = ({ runs }: ArmRuns): number => runs[0]!.record.dataset.classes.length;

/** Dead share against the number of classes; a panel per dataset, for datasets differ in more than their classes. */
export function deadShareByClasses(arms: ArmRuns[]): PlotlyFigure {
  requireRuns(arms, "the figure of dead share against the number of classes");
  const range = sharedRange(arms);
  return against({
    title: "Share of dead filters by number of classes, equally many images",
    subtitle: [
      `${describeSeeds(arms)}. Small marks: seeds; line: their mean; bar: lowest to highest. A line that falls: easier tasks leave more filters dead.`,
      describeData(arms),
    ],
    quantity: {
      title: "Classes (log scale); right: harder",
      of: classesOf,
      name: (value) => `${value} classes`,
    },
    panels: classPanels(arms).map(({ name, arms: own }, index) => ({
      name,
      ...(index === 0 && { title: "Dead filters (% of all); higher: sparser" }),
      range,
      series: bothMeasuresOf(own),
    })),
  });
}
