import { describeArm } from "../runs/describe.js";
import type { Run } from "../runs/record.js";
import { mean } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import {
  allRuns,
  completedRuns,
  describeData,
  describeSeeds,
  hasDiverged,
  lambdaText,
  requireRuns,
} from "../study/describe.js";
import { curveTraces, endLabels } from "./curves.js";
import type { PlotlyFigure } from "./figure.js";
import { axisId, axisKey, frame, panelDomain, panelName, type Trace } from "./layout.js";
import { shareLimit } from "./measures.js";
import { milestoneMarks } from "./milestones.js";
import { type LineStyle, lambdaStyle, type StyledSeries, styledSeries } from "./series.js";

/**
 * Dead share (by scale) over training steps: a panel per optimizer, a line per penalty strength (the mean of the
 * seeds) in a band from the lowest to the highest seed, the drops of the learning rate as dotted lines. A diverged
 * run is a thin line that ends in a cross.
 */
export function deadShareOverTraining(arms: ArmRuns[]): PlotlyFigure {
  requireRuns(arms, "the figure of dead share over training");
  const panels = styledSeries(arms);
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
    annotations.push(
      ...endLabels(endsOf(panel), {
        axes: { x, y },
        at: steps,
        range: top,
        height: layoutHeight(rows),
        prefix: "λ = ",
      }),
    );
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

function armTraces(
  item: ArmRuns,
  { x, y, color, dash }: LineStyle & { x: string; y: string },
): { band: Trace[]; lines: Trace[] } {
  const name = `λ = ${lambdaText(item.arm.lambda)}`;
  const curves = completedRuns(item).map(deadShareCurve);
  const { band, lines } = curveTraces({
    name,
    axes: { x, y },
    x: curves[0]?.map(({ step }) => step) ?? [],
    curves: curves.map((curve) => curve.map(({ percent }) => percent)),
    color,
    dash,
    hover: `${item.arm.label}<br>step %{x:,d}: %{y:.1f} % (%{customdata[0]:.1f} to %{customdata[1]:.1f} %)`,
  });
  return {
    band,
    lines: [
      ...lines,
      ...item.runs.filter(hasDiverged).map((run) => divergedLine(run, { x, y, color, dash })),
    ],
  };
}

/** A thin line that ends in a cross. */
export function divergedLine(run: Run, { x, y, color, dash }: LineStyle & { x: string; y: string }): Trace {
  const curve = deadShareCurve(run);
  const last = curve.length - 1;
  return {
    type: "scatter",
    xaxis: x,
    yaxis: y,
    showlegend: false,
    cliponaxis: false,
    mode: "lines+markers",
    x: curve.map(({ step }) => step),
    y: curve.map(({ percent }) => percent),
    line: { color, dash, width: 1 },
    marker: {
      symbol: "x-thin",
      size: curve.map((_, i) => (i === last ? 10 : 0)),
      color,
      line: { color, width: curve.map((_, i) => (i === last ? 2 : 0)) },
    },
    hovertemplate: `${describeArm(run.record.config)}, seed ${run.record.seed}, diverged<br>step %{x:,d}: %{y:.1f} %<extra></extra>`,
  };
}

/** Where the lines of a panel end, by penalty strength. */
const endsOf = ({ arms }: StyledSeries): { text: string; value: number }[] =>
  arms.flatMap((item) => {
    const finals = completedRuns(item).map((run) => deadShareCurve(run).at(-1)!.percent);
    return finals.length > 0 ? [{ text: lambdaText(item.arm.lambda), value: mean(finals) }] : [];
  });

/** The drops that all arms of a panel share; none where they disagree. */
function sharedMilestones(arms: ArmRuns[], axes: { x: string; y: string }) {
  const schedules = new Set(arms.map(({ arm }) => JSON.stringify([arm.config.schedule, arm.config.steps])));
  return schedules.size > 1 ? { shapes: [], annotations: [] } : milestoneMarks(arms[0]!.arm.config, axes);
}
