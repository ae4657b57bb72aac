import type { Run } from "../runs/record.js";
import type { ArmRuns } from "../study/arm.js";
import {
  allRuns,
  completedRuns,
  describeData,
  describeSeeds,
  hasDiverged,
  requireRuns,
} from "../study/describe.js";
import { lambdasOf } from "../study/series.js";
import { divergedLegend, finishedValues, meanTrace, seedTrace, seedValues } from "./estimates.js";
import type { PlotlyFigure } from "./figure.js";
import { axisId, axisKey, frame, panelDomain, panelName, type Trace } from "./layout.js";
import { deadMeasures, shareLimit } from "./measures.js";
import { breakMarks, type PenaltyAxis, penaltyAxis } from "./penalty-axis.js";
import { type StyledSeries, styledSeries } from "./series.js";

export interface DeadShareOptions {
  /** Which definition of inactive; both as two panels by default. */
  measure?: "scale" | "activation" | "both";
}

/** One panel: a quantity of a run, in %. */
interface Panel {
  name: string;
  percent(run: Run): number;
}

/**
 * Share of dead filters at the end of training against penalty strength: every seed a point, the mean a line,
 * the range a bar. Diverged runs are crosses, left out of means.
 */
export function deadShareByPenalty(
  arms: ArmRuns[],
  { measure = "both" }: DeadShareOptions = {},
): PlotlyFigure {
  requireRuns(arms, "the figure of dead share against penalty");
  const panels = measure === "both" ? Object.values(deadMeasures) : [deadMeasures[measure]];
  const values = allRuns(arms).flatMap((run) => panels.map((panel) => panel.percent(run)));
  const most = Math.max(...values.filter(Number.isFinite));
  return byPenalty(arms, panels, {
    title: "Share of dead filters by penalty strength and optimizer",
    direction: "Dead filters (% of all); higher: sparser",
    range: [0, shareLimit(most)],
    divergedName: "diverged",
  });
}

/** Test error at the end of training against penalty strength, drawn like `deadShareByPenalty`. */
export function errorByPenalty(arms: ArmRuns[]): PlotlyFigure {
  requireRuns(arms, "the figure of test error against penalty");
  const percent = ({ record }: Run) => 100 * record.final.testError;
  const values = arms.flatMap(completedRuns).map(percent);
  const [least, most] = values.length > 0 ? [Math.min(...values), Math.max(...values)] : [0, 100];
  const pad = Math.max(1, 0.12 * (most - least));
  return byPenalty(arms, [{ name: "", percent }], {
    title: "Test error by penalty strength and optimizer",
    direction: "Test error (%); lower: better",
    range: [Math.max(0, Math.floor(least - pad)), Math.min(100, Math.ceil(most + pad))],
    divergedName: "diverged (no test error: put at the top)",
  });
}

interface ByPenaltyOptions {
  title: string;
  direction: string;
  range: [number, number];
  /** Legend of the cross. */
  divergedName: string;
}

function byPenalty(arms: ArmRuns[], panels: Panel[], options: ByPenaltyOptions): PlotlyFigure {
  const { title, direction, range, divergedName } = options;
  const axis = penaltyAxis(lambdasOf(arms));
  const series = styledSeries(arms);
  const subtitle = [
    `${describeSeeds(arms)}. Small marks: seeds; line: their mean; bar: lowest to highest.`,
    describeData(arms),
  ];
  const layout = frame({ title, subtitle, plotHeight: 330, legendLines: series.length > 5 ? 2 : 1 });
  const shapes: unknown[] = [];
  const annotations: unknown[] = [];
  const data = panels.flatMap((panel, index) => {
    const domain = panelDomain(index, panels.length, 0.05);
    layout[axisKey("x", index)] = { ...axis.axis, domain, anchor: axisId("y", index) };
    layout[axisKey("y", index)] = {
      range,
      anchor: axisId("x", index),
      ...(index === 0 ? { title: { text: direction } } : { matches: "y", showticklabels: false }),
    };
    if (panel.name) annotations.push(panelName({ text: panel.name, x: domain[0] }));
    const marks = breakMarks(axis.breakAt, { xref: axisId("x", index), yref: axisId("y", index) });
    shapes.push(...marks.shapes);
    annotations.push(...marks.annotations);
    return series.flatMap((one, rank) => {
      const dodge = (rank - (series.length - 1) / 2) * Math.min(0.12, 0.3 / series.length) - 0.02;
      return seriesTraces(one, { panel, index, axis, dodge, limit: range[1] });
    });
  });
  if (allRuns(arms).some(hasDiverged)) data.push(divergedLegend(divergedName));
  return { data, layout: { ...layout, shapes, annotations } };
}

interface SeriesPlace {
  panel: Panel;
  index: number;
  axis: PenaltyAxis;
  /** Shift along the axis that keeps optimizers from hiding each other, decades. */
  dodge: number;
  /** Upper end of the y axis, where a run without a finite value is put. */
  limit: number;
}

function seriesTraces({ name, style, arms }: StyledSeries, place: SeriesPlace): Trace[] {
  const { panel, index, axis, dodge, limit } = place;
  const options = { name, style, axes: { x: axisId("x", index), y: axisId("y", index) }, unit: " %" };
  const points = arms.map((item) => ({
    at: axis.position(item.arm.lambda) + dodge,
    label: `λ = ${item.arm.lambda}`,
    seeds: seedValues(item, panel.percent),
  }));
  const drawn = (own: (lambda: number) => boolean) =>
    points.filter((point, i) => own(arms[i]!.arm.lambda) && finishedValues(point).length > 0);
  const parts = [drawn((lambda) => lambda > 0), drawn((lambda) => lambda === 0)].filter(
    ({ length }) => length > 0,
  );
  return [
    ...parts.map((part, i) => meanTrace(part, { ...options, legend: i === 0 && index === 0 })),
    seedTrace(points, { ...options, nudge: 0.05, limit, legend: parts.length === 0 && index === 0 }),
  ];
}
