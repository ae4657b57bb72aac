import type { ArmRuns } from "../hypotheses/hypothesis.js";
import type { Run } from "../runs/record.js";
import { mean } from "../statistics.js";
import {
  allRuns,
  completedRuns,
  describeData,
  describeSeeds,
  hasDiverged,
  lambdaText,
  requireRuns,
} from "./describe.js";
import type { PlotlyFigure } from "./figure.js";
import { axisId, axisKey, frame, panelDomain, panelName, type Trace } from "./layout.js";
import { shareLimit } from "./measures.js";
import { milestoneMarks } from "./milestones.js";
import { tint, translucent } from "./palette.js";
import { lambdasOf, type PenaltySeries, penaltySeries } from "./series.js";

/**
 * Dead share (by scale) over training steps: a panel per optimizer, a line per penalty strength (the mean of the
 * seeds) in a band from the lowest to the highest seed, the drops of the learning rate as dotted lines. A diverged
 * run is a thin line that ends in a cross.
 */
export function deadShareOverTraining(arms: ArmRuns[]): PlotlyFigure {
  requireRuns(arms, "the figure of dead share over training");
  const panels = penaltySeries(arms);
  const most = Math.max(...allRuns(arms).flatMap((run) => deadShareCurve(run).map(({ percent }) => percent)));
  const top = shareLimit(most);
  const columns = Math.min(panels.length, 3);
  const rows = Math.ceil(panels.length / columns);
  const [gapX, gapY] = [columns > 1 ? 0.25 / columns : 0, rows > 1 ? 0.3 / rows : 0];
  const layout = frame({
    title: "When filters die: share dead by scale over training, by optimizer and penalty strength",
    subtitle: [
      `${describeSeeds(arms)}${allRuns(arms).some(hasDiverged) ? " (thin lines, ×)" : ""}. Line: mean of the seeds; band: lowest to highest; dotted: learning rate drops.`,
      describeData(arms),
    ],
    plotHeight: rows === 1 ? 330 : 250 * rows,
    legend: false,
    right: 84,
  });
  const shapes: unknown[] = [];
  const annotations: unknown[] = [];
  const data = panels.flatMap((panel, index) => {
    const [x, y] = [axisId("x", index), axisId("y", index)];
    const [row, column] = [Math.floor(index / columns), index % columns];
    const domain = { x: panelDomain(column, columns, gapX), y: panelDomain(rows - 1 - row, rows, gapY) };
    const steps = Math.max(...panel.arms.map(({ arm }) => arm.config.steps));
    layout[axisKey("x", index)] = {
      domain: domain.x,
      anchor: y,
      range: [0, steps],
      nticks: 6,
      tickformat: ",d",
      showgrid: false,
      title: { text: "Optimizer step" },
    };
    layout[axisKey("y", index)] = {
      domain: domain.y,
      anchor: x,
      range: [0, top],
      ...(column === 0 ? { title: { text: "Filters dead by scale (%); higher: sparser" } } : {}),
    };
    annotations.push(panelName({ text: panel.name, x: domain.x[0], y: domain.y[1] }));
    const marks = sharedMilestones(panel.arms, { x, y });
    shapes.push(...marks.shapes);
    annotations.push(...marks.annotations);
    annotations.push(...endLabels(panel, { x, y, top, steps, height: layoutHeight(rows) }));
    const traces = panel.arms.map((item) =>
      armTraces(item, { x, y, ...lambdaStyle(item.arm.lambda, panel) }),
    );
    return [...traces.flatMap(({ band }) => band), ...traces.flatMap(({ lines }) => lines)];
  });
  return { data, layout: { ...layout, shapes, annotations } };
}

const layoutHeight = (rows: number): number => (rows === 1 ? 330 : 175);

/** Share of filters dead by scale (%) at step 0 and after each epoch. No gamma starts below the threshold. */
export function deadShareCurve({ record }: Run): { step: number; percent: number }[] {
  const filters = record.model.layers.reduce((sum, layer) => sum + layer.filters, 0);
  const epochs = record.epochs.map(({ step, deadByScale }) => ({
    step,
    percent: (100 * deadByScale.reduce((sum, count) => sum + count, 0)) / filters,
  }));
  return [{ step: 0, percent: 0 }, ...epochs];
}

interface LineStyle {
  color: string;
  dash: string;
}

/** The stronger the penalty among an optimizer's own, the fuller its color and the more solid the line. */
function lambdaStyle(lambda: number, { style, arms }: PenaltySeries): LineStyle {
  const lambdas = lambdasOf(arms);
  const rank = lambdas.indexOf(lambda);
  const fromTop = lambdas.length - 1 - rank;
  const weight = lambdas.length === 1 ? 1 : 0.5 + (0.5 * rank) / (lambdas.length - 1);
  return {
    color: tint(style.color, weight),
    dash: ["solid", "10px,3px", "5px,3px", "2px,3px"][Math.min(fromTop, 3)]!,
  };
}

function armTraces(
  item: ArmRuns,
  { x, y, color, dash }: LineStyle & { x: string; y: string },
): { band: Trace[]; lines: Trace[] } {
  const name = `λ = ${lambdaText(item.arm.lambda)}`;
  const common = { type: "scatter", xaxis: x, yaxis: y, showlegend: false, cliponaxis: false };
  const curves = completedRuns(item).map(deadShareCurve);
  const steps = curves[0]?.map(({ step }) => step) ?? [];
  const at = steps.map((_, i) => curves.flatMap((curve) => curve[i]?.percent ?? []));
  const least = at.map((values) => Math.min(...values));
  const most = at.map((values) => Math.max(...values));
  const band: Trace[] = [];
  const lines: Trace[] = [];
  if (curves.length > 1) {
    band.push({
      ...common,
      mode: "lines",
      x: [...steps, ...steps.toReversed()],
      y: [...most, ...least.toReversed()],
      fill: "toself",
      fillcolor: translucent(color, 0.25),
      line: { width: 0 },
      hoverinfo: "skip",
    });
  }
  if (curves.length > 0) {
    lines.push({
      ...common,
      name,
      mode: "lines",
      x: steps,
      y: at.map(mean),
      line: { color, dash },
      customdata: at.map((_, i) => [least[i], most[i]]),
      hovertemplate: `${item.arm.label}<br>step %{x:,d}: %{y:.1f} % (%{customdata[0]:.1f} to %{customdata[1]:.1f} %)<extra></extra>`,
    });
  }
  for (const run of item.runs.filter(hasDiverged)) {
    const curve = deadShareCurve(run);
    lines.push({
      ...common,
      name: `${name}, diverged`,
      mode: "lines+markers",
      x: curve.map(({ step }) => step),
      y: curve.map(({ percent }) => percent),
      line: { color, dash, width: 1 },
      marker: {
        symbol: "x-thin",
        size: curve.map((_, i) => (i === curve.length - 1 ? 10 : 0)),
        color,
        line: { color, width: curve.map((_, i) => (i === curve.length - 1 ? 2 : 0)) },
      },
      hovertemplate: `${item.arm.label}, seed ${run.record.seed}, diverged<br>step %{x:,d}: %{y:.1f} %<extra></extra>`,
    });
  }
  return { band, lines };
}

interface EndLabelsOptions {
  x: string;
  y: string;
  top: number;
  steps: number;
  /** Height of the panel, pixels. */
  height: number;
}

/** Names lines at their right end; lines that end at one height share a label, close ones are spread. */
function endLabels(panel: PenaltySeries, { x, y, top, steps, height }: EndLabelsOptions): unknown[] {
  const ends = panel.arms
    .flatMap((item) => {
      const finals = completedRuns(item).map((run) => deadShareCurve(run).at(-1)!.percent);
      return finals.length > 0 ? [{ lambda: item.arm.lambda, percent: mean(finals) }] : [];
    })
    .sort((a, b) => a.percent - b.percent);
  const [indistinct, closest] = [(3 / height) * top, (17 / height) * top];
  const groups: { lambdas: number[]; percent: number; place: number }[] = [];
  for (const { lambda, percent } of ends) {
    const before = groups.at(-1);
    if (before && percent - before.percent < indistinct) before.lambdas.push(lambda);
    else
      groups.push({
        lambdas: [lambda],
        percent,
        place: Math.max(percent, (before?.place ?? -top) + closest),
      });
  }
  return groups.map(({ lambdas, place }, rank) => ({
    text: `${rank === groups.length - 1 ? "λ = " : ""}${lambdas.map(lambdaText).join(", ")}`,
    xref: x,
    yref: y,
    x: steps,
    y: place,
    xanchor: "left",
    yanchor: "middle",
    xshift: 5,
    showarrow: false,
  }));
}

/** The drops that all arms of a panel share; none where they disagree. */
function sharedMilestones(arms: ArmRuns[], axes: { x: string; y: string }) {
  const schedules = new Set(arms.map(({ arm }) => JSON.stringify([arm.config.schedule, arm.config.steps])));
  return schedules.size > 1 ? { shapes: [], annotations: [] } : milestoneMarks(arms[0]!.arm.config, axes);
}
