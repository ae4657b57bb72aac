import type { ArmRuns } from "../study/arm.js";
import { describeData, describeSeeds, requireRuns } from "../study/describe.js";
import { against, bothMeasuresOf, sharedRange } from "./against.js";
import type { PlotlyFigure } from "./figure.js";

/** Arms that differ in their batch size, with what they hold equal: "Equal epochs". */
export interface BatchPanel {
  name: string;
  arms: ArmRuns[];
}

/** Dead share against the size of the mini-batch, a panel for each thing held equal. */
export function deadShareByBatch(panels: BatchPanel[]): PlotlyFigure {
  const arms = [...new Set(panels.flatMap((panel) => panel.arms))];
  requireRuns(arms, "the figure of dead share against batch size");
  const range = sharedRange(arms);
  return against({
    title: "Share of dead filters by size of the mini-batch",
    subtitle: [
      `${describeSeeds(arms)}. Small marks: seeds; line: their mean; bar: lowest to highest. A line that falls: small batches kill more.`,
      describeData(arms),
    ],
    quantity: {
      title: "Images in a mini-batch (log scale)",
      of: ({ arm }) => arm.config.batchSize,
      name: (value) => `batch ${value}`,
    },
    panels: panels.map((panel, index) => ({
      name: panel.name,
      ...(index === 0 && { title: "Dead filters (% of all); higher: sparser" }),
      range,
      series: bothMeasuresOf(panel.arms),
    })),
  });
}
