import { mean } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import {
  allRuns,
  completedRuns,
  describeData,
  describeSeeds,
  hasDiverged,
  requireRuns,
} from "../study/describe.js";
import { curveTraces, endLabels } from "./curves.js";
import type { PlotlyFigure } from "./figure.js";
import { frame, type Trace } from "./layout.js";
import { shareLimit } from "./measures.js";
import { deadShareCurve, divergedLine } from "./over-training.js";
import { rankedStyle } from "./series.js";

export interface ScheduleOptions {
  /** Name of an arm's schedule: "cosine decay". */
  name(item: ArmRuns): string;
}

const upper = { x: "x", y: "y" };
const lower = { x: "x", y: "y2" };

/** Dead share (by scale) over training, a line per schedule of the learning rate, with the learning rates drawn below. */
export function deadShareBySchedule(arms: ArmRuns[], { name }: ScheduleOptions): PlotlyFigure {
  requireRuns(arms, "the figure of dead share by schedule");
  const plotHeight = 460;
  const lowerShare = 0.3;
  const steps = Math.max(...arms.map(({ arm }) => arm.config.steps));
  const top = shareLimit(
    Math.max(...allRuns(arms).flatMap((run) => deadShareCurve(run).map(({ percent }) => percent))),
  );
  const layout = frame({
    title: "When filters die under each schedule of the learning rate",
    subtitle: [
      `${describeSeeds(arms)}${allRuns(arms).some(hasDiverged) ? " (thin lines, ×)" : ""}. Line: mean of the seeds; band: lowest to highest. Lower panel: the learning rate at the end of each epoch.`,
      describeData(arms),
    ],
    plotHeight,
    legend: false,
    panelNames: false,
    right: 150,
  });
  const drawn = arms.map((item, index) => ({
    item,
    name: name(item),
    style: rankedStyle(item, index, arms.length),
  }));
  const shares = drawn.map(({ item, name: label, style }) => {
    const curves = completedRuns(item).map(deadShareCurve);
    return curveTraces({
      name: label,
      axes: upper,
      x: curves[0]?.map(({ step }) => step) ?? [],
      curves: curves.map((curve) => curve.map(({ percent }) => percent)),
      ...style,
      hover: `${label}<br>step %{x:,d}: %{y:.1f} % (%{customdata[0]:.1f} to %{customdata[1]:.1f} %)`,
    });
  });
  const rates = drawn.flatMap(({ item: { runs }, name: label, style }): Trace[] => {
    const epochs = runs[0]?.record.epochs ?? [];
    return [
      {
        type: "scatter",
        mode: "lines",
        name: label,
        showlegend: false,
        xaxis: lower.x,
        yaxis: lower.y,
        x: epochs.map(({ step }) => step),
        y: epochs.map(({ learningRate }) => learningRate),
        line: style,
        hovertemplate: `${label}<br>step %{x:,d}: learning rate %{y:.2e}<extra></extra>`,
      },
    ];
  });
  const ends = drawn.flatMap(({ item, name: text }) => {
    const finals = completedRuns(item).map((run) => deadShareCurve(run).at(-1)!.percent);
    return finals.length > 0 ? [{ text, value: mean(finals) }] : [];
  });
  return {
    data: [
      ...shares.flatMap(({ band }) => band),
      ...shares.flatMap(({ lines }) => lines),
      ...drawn.flatMap(({ item, style }) =>
        item.runs.filter(hasDiverged).map((run) => divergedLine(run, { ...upper, ...style })),
      ),
      ...rates,
    ],
    layout: {
      ...layout,
      xaxis: {
        range: [0, steps],
        anchor: "y2",
        nticks: 8,
        tickformat: ",d",
        showgrid: false,
        title: { text: "Optimizer step" },
      },
      yaxis: {
        domain: [lowerShare + 0.06, 1],
        range: [0, top],
        title: { text: "Filters dead by scale (%); higher: sparser" },
      },
      yaxis2: {
        domain: [0, lowerShare],
        rangemode: "tozero",
        nticks: 4,
        exponentformat: "power",
        title: { text: "Learning rate" },
      },
      annotations: endLabels(ends, {
        axes: upper,
        at: steps,
        range: top,
        height: (0.94 - lowerShare) * plotHeight,
      }),
    },
  };
}
