import type { Run } from "../runs/record.js";
import { mean } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import { allRuns, completedRuns, describeData, describeSeeds, requireRuns } from "../study/describe.js";
import { curveTraces, endLabels } from "./curves.js";
import type { PlotlyFigure } from "./figure.js";
import { axisId, axisKey, frame, panelDomain, panelName } from "./layout.js";
import { shareLimit } from "./measures.js";
import { deadShareCurve } from "./over-training.js";
import { rankedStyle } from "./series.js";

/** Arms whose curves share a panel, in order of what is varied. */
export interface CurvePanel {
  name: string;
  arms: ArmRuns[];
  /** What training is measured in. Default "steps". */
  over?: "steps" | "epochs";
}

export interface CurvesByArmOptions {
  /** What sets arms apart: "Share dead over training, by batch size". */
  title: string;
  /** A curve's name at its end: "batch 20". */
  name: (item: ArmRuns) => string;
}

const plotHeight = 330;

/**
 * Share of filters dead by scale over training, a line per arm: the mean of the seeds in a band from the lowest to the
 * highest, named at its end. For arms that differ in something else than their penalty.
 */
export function deadShareOverTrainingByArm(
  panels: CurvePanel[],
  { title, name }: CurvesByArmOptions,
): PlotlyFigure {
  const arms = [...new Set(panels.flatMap((panel) => panel.arms))];
  requireRuns(arms, `the figure "${title}"`);
  const most = Math.max(...allRuns(arms).flatMap((run) => deadShareCurve(run).map(({ percent }) => percent)));
  const top = shareLimit(most);
  const labelWidth = 7 * Math.max(...arms.map((item) => name(item).length)) + 12;
  const layout = frame({
    title,
    subtitle: [
      `${describeSeeds(arms)}. Line: mean of the seeds; band: lowest to highest. Higher: sparser.`,
      describeData(arms),
    ],
    plotHeight,
    legend: false,
    panelNames: panels.some((panel) => panel.name !== ""),
    right: labelWidth,
  });
  const gap = panels.length > 1 ? (labelWidth + 24) / (900 - labelWidth) : 0;
  const annotations: unknown[] = [];
  const data = panels.flatMap((panel, index) => {
    const axes = { x: axisId("x", index), y: axisId("y", index) };
    const domain = panelDomain(index, panels.length, gap);
    const trained = panel.arms.filter((item) => completedRuns(item).length > 0);
    const over = panel.over ?? "steps";
    const end = Math.max(0, ...trained.flatMap(completedRuns).map((run) => lengthIn(over, run)));
    layout[axisKey("x", index)] = {
      domain,
      anchor: axes.y,
      range: [0, end],
      nticks: 6,
      tickformat: ",d",
      showgrid: false,
      title: { text: over === "steps" ? "Optimizer step" : "Epoch" },
    };
    layout[axisKey("y", index)] = {
      anchor: axes.x,
      range: [0, top],
      ...(index === 0 && { title: { text: "Filters dead by scale (%); higher: sparser" } }),
    };
    if (panel.name) annotations.push(panelName({ text: panel.name, x: domain[0] }));
    const ends = trained.map((item) => ({
      text: name(item),
      value: mean(completedRuns(item).map((run) => deadShareCurve(run).at(-1)!.percent)),
    }));
    annotations.push(...endLabels(ends, { axes, at: end, range: top, height: plotHeight, merged: false }));
    const traces = trained.map((item, rank) =>
      curve(item, { axes, over, name: name(item), ...rankedStyle(item, rank, trained.length) }),
    );
    return [...traces.flatMap(({ band }) => band), ...traces.flatMap(({ lines }) => lines)];
  });
  return { data, layout: { ...layout, annotations } };
}

/** Steps of a run, or its epochs. */
function lengthIn(over: "steps" | "epochs", { record }: Run, step = record.final.step): number {
  return over === "steps" ? step : (step * record.config.batchSize) / record.dataset.trainImages;
}

interface CurveStyle {
  axes: { x: string; y: string };
  over: "steps" | "epochs";
  name: string;
  color: string;
  dash: string;
}

function curve(item: ArmRuns, { axes, over, name, color, dash }: CurveStyle) {
  const runs = completedRuns(item);
  const curves = runs.map(deadShareCurve);
  return curveTraces({
    name,
    axes,
    x: curves[0]!.map(({ step }) => lengthIn(over, runs[0]!, step)),
    curves: curves.map((own) => own.map(({ percent }) => percent)),
    color,
    dash,
    hover: `${item.arm.label}<br>${over === "steps" ? "step" : "epoch"} %{x:,.0f}: %{y:.1f} % (%{customdata[0]:.1f} to %{customdata[1]:.1f} %)`,
  });
}
