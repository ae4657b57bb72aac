import type { ArmRuns } from "../hypotheses/hypothesis.js";
import type { Run } from "../runs/record.js";
import { mean } from "../statistics.js";
import { allRuns, completedRuns, describeData, describeSeeds, hasDiverged, requireRuns } from "./describe.js";
import type { PlotlyFigure } from "./figure.js";
import { axisId, axisKey, frame, panelDomain, panelName, type Trace } from "./layout.js";
import { breakMarks, type PenaltyAxis, penaltyAxis } from "./penalty-axis.js";
import { lambdasOf, type PenaltySeries, penaltySeries } from "./series.js";

export interface DeadShareOptions {
  /** Which definition of inactive; both as two panels by default. */
  measure?: "scale" | "activation" | "both";
}

/** One panel: a quantity of a run, in %. */
interface Panel {
  name: string;
  percent(run: Run): number;
}

const deadSharePanels: Record<"scale" | "activation", Panel> = {
  scale: {
    name: "Inactive by scale (|γ| < 10<sup>−3</sup>)",
    percent: ({ record }) => 100 * record.final.deadByScale,
  },
  activation: {
    name: "Inactive by activation (max < 10<sup>−12</sup>)",
    percent: ({ record }) => 100 * record.final.deadByActivation,
  },
};

/**
 * Share of dead filters at the end of training against penalty strength: every seed a point, the mean a line,
 * the range a bar. Diverged runs are crosses, left out of means.
 */
export function deadShareByPenalty(
  arms: ArmRuns[],
  { measure = "both" }: DeadShareOptions = {},
): PlotlyFigure {
  requireRuns(arms, "the figure of dead share against penalty");
  const panels = measure === "both" ? Object.values(deadSharePanels) : [deadSharePanels[measure]];
  const values = allRuns(arms).flatMap((run) => panels.map((panel) => panel.percent(run)));
  const most = Math.max(...values.filter(Number.isFinite));
  return byPenalty(arms, panels, {
    title: "Share of dead filters by penalty strength and optimizer",
    direction: "Dead filters (% of all); higher: sparser",
    range: [0, most > 40 ? 100 : Math.max(10, 10 * Math.ceil((most * 1.15) / 10))],
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
  const series = penaltySeries(arms);
  const subtitle = [
    `${describeSeeds(arms)}. Small marks: seeds; line: their mean; bar: lowest to highest.`,
    describeData(arms),
  ];
  const layout = frame({ title, subtitle, plotHeight: 330 });
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
      const dodge = (rank - (series.length - 1) / 2) * Math.min(0.12, 0.5 / series.length) - 0.02;
      return seriesTraces(one, { panel, index, axis, dodge, limit: range[1] });
    });
  });
  if (allRuns(arms).some(hasDiverged)) data.push({ ...divergedLegend, name: divergedName });
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

function seriesTraces({ name, style, arms }: PenaltySeries, place: SeriesPlace): Trace[] {
  const { panel, index, axis, dodge, limit } = place;
  const common = { type: "scatter", xaxis: axisId("x", index), yaxis: axisId("y", index), cliponaxis: false };
  const points = arms
    .map((item) => ({ lambda: item.arm.lambda, values: completedRuns(item).map(panel.percent) }))
    .filter(({ values }) => values.length > 0)
    .map(({ lambda, values }) => ({
      x: axis.position(lambda) + dodge,
      lambda,
      mean: mean(values),
      least: Math.min(...values),
      most: Math.max(...values),
    }));
  const meanTrace = (part: typeof points, showlegend: boolean): Trace => ({
    ...common,
    name,
    legendgroup: name,
    showlegend: showlegend && index === 0,
    mode: "lines+markers",
    x: part.map(({ x }) => x),
    y: part.map((point) => point.mean),
    customdata: part.map(({ lambda, least, most }) => [lambda, least, most]),
    error_y: {
      type: "data",
      symmetric: false,
      array: part.map((point) => point.most - point.mean),
      arrayminus: part.map((point) => point.mean - point.least),
      thickness: 1.5,
      width: 4,
      color: style.color,
    },
    line: { color: style.color, dash: style.dash },
    marker: { color: style.color, symbol: style.symbol, line: { color: style.color, width: 1.5 } },
    hovertemplate: `${name}, λ = %{customdata[0]}<br>mean %{y:.1f} % (%{customdata[1]:.1f} to %{customdata[2]:.1f} %)<extra></extra>`,
  });
  const penalized = points.filter(({ lambda }) => lambda > 0);
  const unpenalized = points.filter(({ lambda }) => lambda === 0);
  const seeds = arms.flatMap(({ arm, runs }) =>
    runs.map((run) => ({
      x: axis.position(arm.lambda) + dodge + 0.05,
      y: Number.isFinite(panel.percent(run)) ? panel.percent(run) : limit,
      symbol: hasDiverged(run) ? "x-thin" : style.symbol,
      size: hasDiverged(run) ? 9 : 5,
      text: `seed ${run.record.seed}${hasDiverged(run) ? `, diverged at step ${run.record.final.step}` : ""}`,
    })),
  );
  return [
    ...(penalized.length > 0 ? [meanTrace(penalized, true)] : []),
    ...(unpenalized.length > 0 ? [meanTrace(unpenalized, penalized.length === 0)] : []),
    {
      ...common,
      name,
      legendgroup: name,
      showlegend: points.length === 0 && index === 0,
      mode: "markers",
      x: seeds.map(({ x }) => x),
      y: seeds.map(({ y }) => y),
      text: seeds.map(({ text }) => text),
      marker: {
        color: style.color,
        symbol: seeds.map(({ symbol }) => symbol),
        size: seeds.map(({ size }) => size),
        opacity: 0.75,
        line: { color: style.color, width: seeds.map(({ symbol }) => (symbol === "x-thin" ? 2 : 1)) },
      },
      hovertemplate: `${name}, %{text}<br>%{y:.1f} %<extra></extra>`,
    },
  ];
}

const divergedLegend: Trace = {
  type: "scatter",
  mode: "markers",
  x: [null],
  y: [null],
  marker: { color: "#595959", symbol: "x-thin", size: 9, line: { color: "#595959", width: 2 } },
};
