import type { Run } from "../runs/record.js";
import { mean } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import { completedRuns, describeData, describeSeeds, lambdaText, requireRuns } from "../study/describe.js";
import type { EstimateStyle } from "./estimates.js";
import type { PlotlyFigure } from "./figure.js";
import { axisId, axisKey, frame, panelDomain, panelName, type Trace } from "./layout.js";

const error = ({ record }: Run) => 100 * record.final.testError;

/** Arms in the order of the line that joins them. */
export interface SurvivorSeries {
  name: string;
  style: EstimateStyle;
  arms: ArmRuns[];
}

export interface SurvivorPanel {
  name: string;
  /** Filters that survivors are a share of. */
  filters: number;
  series: SurvivorSeries[];
  /** Lines to compare with, without seeds. */
  references: SurvivorSeries[];
}

/**
 * Test error against the share of filters that are active at the end: a panel per optimizer, its arms in order of their
 * penalty joined by a line, every seed a small mark, and the same lines to compare with in each, which may leave the panels. `arms`: all that are
 * drawn. Diverged runs are left out and counted in the subtitle.
 */
export function errorBySurvivors(panels: readonly SurvivorPanel[], arms: ArmRuns[]): PlotlyFigure {
  requireRuns(arms, "the figure of test error against survivors");
  const columns = Math.min(3, panels.length);
  const rows = Math.ceil(panels.length / columns);
  const errors = panels
    .flatMap(({ series }) => series.flatMap((one) => one.arms.flatMap(completedRuns)))
    .map(error);
  const [least, most] = errors.length > 0 ? [Math.min(...errors), Math.max(...errors)] : [0, 100];
  const pad = Math.max(1, 0.05 * (most - least));
  const layout = frame({
    title: "Test error against surviving filters: adaptive methods beside SGD with momentum",
    subtitle: [
      `${describeSeeds(arms)}. Large marks: mean of the seeds, joined from no penalty (right) to the strongest; small marks: seeds. Lower is better. Lines of SGD may leave the panels.`,
      describeData(arms),
    ],
    plotHeight: rows > 1 ? 240 * rows : 360,
    legendLines: 2,
  });
  const annotations: unknown[] = [];
  const data = panels.flatMap(({ name, filters, series, references }, index) => {
    const axes = { x: axisId("x", index), y: axisId("y", index) };
    const [row, column] = [Math.floor(index / columns), index % columns];
    const domain = {
      x: panelDomain(column, columns, 0.035),
      y: panelDomain(rows - 1 - row, rows, rows > 1 ? 0.2 / rows : 0),
    };
    const last = index + columns >= panels.length;
    layout[axisKey("x", index)] = {
      domain: domain.x,
      anchor: axes.y,
      range: [0, 104],
      showticklabels: last,
      ...(last && { title: { text: "Surviving filters (% of full width)" } }),
    };
    layout[axisKey("y", index)] = {
      domain: domain.y,
      anchor: axes.x,
      range: [least - pad, most + pad],
      showticklabels: column === 0,
      ...(column === 0 && { title: { text: "Test error (%); lower: better" } }),
    };
    annotations.push(panelName({ text: name, x: domain.x[0], y: domain.y[1] }));
    const drawn = [
      ...references.map((one) => line(one, { axes, filters, faint: true, legend: index === 0 })),
      ...series.flatMap((one) => [
        line(one, { axes, filters, faint: false, legend: false }),
        seeds(one, axes, filters),
      ]),
    ];
    return drawn;
  });
  return { data, layout: { ...layout, annotations } };
}

const survivors = ({ record: { model, final } }: Run, filters: number) =>
  (100 * (1 - final.deadByActivation) * model.layers.reduce((sum, layer) => sum + layer.filters, 0)) /
  filters;

interface LineOptions {
  axes: { x: string; y: string };
  filters: number;
  faint: boolean;
  legend: boolean;
}

function line({ name, style, arms }: SurvivorSeries, { axes, filters, faint, legend }: LineOptions): Trace {
  const { color, symbol, dash = "solid" } = style;
  const points = arms.flatMap((item) => {
    const runs = completedRuns(item);
    if (runs.length === 0) return [];
    return [
      {
        x: mean(runs.map((run) => survivors(run, filters))),
        y: mean(runs.map(error)),
        label: `${item.arm.label}, λ = ${lambdaText(item.arm.lambda)}`,
      },
    ];
  });
  return {
    type: "scatter",
    xaxis: axes.x,
    yaxis: axes.y,
    cliponaxis: faint,
    name,
    legendgroup: name,
    showlegend: legend,
    mode: "lines+markers",
    x: points.map(({ x }) => x),
    y: points.map(({ y }) => y),
    customdata: points.map(({ label }) => label),
    line: { color, dash, ...(faint && { width: 1.4 }) },
    marker: { color, symbol, size: faint ? 5 : 9, line: { color, width: 1.5 } },
    hovertemplate: "%{customdata}<br>%{y:.1f} % test error with %{x:.0f} % alive<extra></extra>",
  };
}

function seeds({ name, style, arms }: SurvivorSeries, axes: LineOptions["axes"], filters: number): Trace {
  const { color, symbol } = style;
  const runs = arms.flatMap((item) => completedRuns(item).map((run) => ({ run, label: item.arm.label })));
  return {
    type: "scatter",
    xaxis: axes.x,
    yaxis: axes.y,
    cliponaxis: false,
    name,
    legendgroup: name,
    showlegend: false,
    mode: "markers",
    x: runs.map(({ run }) => survivors(run, filters)),
    y: runs.map(({ run }) => error(run)),
    customdata: runs.map(({ run, label }) => `${label}, seed ${run.record.seed}`),
    marker: { color, symbol, size: 4, opacity: 0.6, line: { width: 1, color } },
    hovertemplate: "%{customdata}<br>%{y:.1f} % test error with %{x:.0f} % alive<extra></extra>",
  };
}
