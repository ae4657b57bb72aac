import type { Run } from "../runs/record.js";
import type { Arm, ArmRuns } from "../study/arm.js";
import { allRuns, describeData, describeSeeds, number, requireRuns } from "../study/describe.js";
import { type AgainstSeries, against } from "./against.js";
import type { EstimateStyle } from "./estimates.js";
import type { PlotlyFigure } from "./figure.js";
import { deadMeasures, shareLimit } from "./measures.js";
import { optimizerStyle } from "./palette.js";

/** Networks in order of size: "7 layers, width varied". */
export interface CapacitySeries {
  name: string;
  arms: ArmRuns[];
}

/** Ticks of a logarithmic axis of filters. */
const roundCounts = [1, 2, 5].flatMap((digit) => [1, 10, 100, 1000, 10_000].map((power) => digit * power));

const filtersOf = ({ config }: Pick<Arm, "config">): number =>
  config.model.widths.reduce((sum, width) => sum + width, 0);

const survivors = ({ record }: Run): number =>
  record.model.layers.reduce((sum, { filters }) => sum + filters, 0) * (1 - record.final.deadByActivation);

/** Dead share and surviving filters against the number of filters, for networks that differ in width or in depth. */
export function deadShareByCapacity(families: CapacitySeries[]): PlotlyFigure {
  const arms = [...new Set(families.flatMap((family) => family.arms))];
  requireRuns(arms, "the figure of dead share against capacity");
  const sizes = arms.map(({ arm }) => filtersOf(arm));
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const alive = allRuns(arms)
    .map(survivors)
    .filter((count) => count > 0);
  const shares = allRuns(arms).map(deadMeasures.activation.percent).filter(Number.isFinite);
  const { color } = optimizerStyle(arms[0]!.arm.optimizer);
  const styles: EstimateStyle[] = [
    { color, symbol: "circle", dash: "solid" },
    { color: "#262626", symbol: "square-open", dash: "6px,3px" },
  ];
  const series = (measure: (run: Run) => number) =>
    families.map((family, i): AgainstSeries => ({ ...family, style: styles[i % styles.length]!, measure }));
  return against({
    title: "Dead and surviving filters by size of the network",
    subtitle: [
      `${describeSeeds(arms)}. Small marks: seeds; line: their mean; bar: lowest to highest. Dead and surviving: by activation.`,
      describeData(arms),
    ],
    quantity: {
      title: "Filters of the network (log scale)",
      of: ({ arm }) => filtersOf(arm),
      name: (value) => `${number.format(value)} filters`,
      text: (value) => number.format(value),
    },
    panels: [
      {
        name: "Dead share",
        title: "Dead filters (% of all); higher: sparser",
        range: [0, shareLimit(Math.max(...shares))],
        series: series(deadMeasures.activation.percent),
      },
      {
        name: "Survivors (dotted line: none dead)",
        title: "Surviving filters (log scale)",
        range: [Math.log10(Math.min(...alive) / 1.4), Math.log10(most * 1.4)],
        unit: "",
        axis: {
          type: "log",
          tickvals: roundCounts,
          ticktext: roundCounts.map((count) => number.format(count)),
        },
        series: series(survivors),
        below: [
          {
            type: "scatter",
            mode: "lines",
            x: [Math.log2(least), Math.log2(most)],
            y: [least, most],
            line: { color: "#7A7A7A", width: 1.5, dash: "dot" },
            hoverinfo: "skip",
            showlegend: false,
          },
        ],
      },
    ],
  });
}
