import type { Run } from "../runs/record.js";
import { mean } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import { completedRuns, describeData, describeSeeds, lambdaText, requireRuns } from "../study/describe.js";
import { groupByOptimizer } from "../study/series.js";
import type { PlotlyFigure } from "./figure.js";
import { axisId, axisKey, frame, panelDomain, panelName, type Trace } from "./layout.js";
import { deadMeasures } from "./measures.js";
import { type StyledSeries, styledSeries } from "./series.js";

const error = ({ record }: Run) => 100 * record.final.testError;
const dead = deadMeasures.activation.percent;

export interface FrontierOptions {
  /** A panel per optimizer. Default: one for all. */
  panels?: "one" | "optimizer";
  /** An optimizer that is drawn in every panel to compare with, without seeds. Default: none. */
  reference?: string;
  /** What is compared; a title of its own. */
  title?: string;
  /** Whether each panel has its own range of test errors. Default false: one for all. */
  ownErrors?: boolean;
}

/**
 * Share of dead filters against test error: each optimizer's arms in order of their penalty, joined by a line; every
 * seed a small mark. A reference may leave its panels. Diverged runs have no test error and are counted in the subtitle.
 */
export function frontier(arms: ArmRuns[], options: FrontierOptions = {}): PlotlyFigure {
  const {
    panels: split = "one",
    title = "Share of dead filters against test error",
    reference,
    ownErrors = false,
  } = options;
  requireRuns(arms, "the figure of dead share against test error");
  const panels = panelsOf(arms, split, reference);
  const limits = limitsOf(panels);
  const columns = panels.length <= 3 ? panels.length : 4;
  const rows = Math.ceil(panels.length / columns);
  const layout = frame({
    title,
    subtitle: [
      `${describeSeeds(arms)}. Large marks: mean of the seeds, one for each penalty strength, joined from none (ring) to the strongest; small marks: seeds. Further left and up is better: accurate and sparse.`,
      describeData(arms),
    ],
    plotHeight: rows > 1 ? 230 * rows : split === "one" ? 440 : 380,
    panelNames: split === "optimizer",
  });
  const [gapX, gapY] = [columns > 3 ? 0.025 : 0.05, rows > 1 ? 0.2 / rows : 0];
  const annotations: unknown[] = [];
  const data = panels.flatMap((panel, index) => {
    const { name, series } = panel;
    const axes = { x: axisId("x", index), y: axisId("y", index) };
    const [row, column] = [Math.floor(index / columns), index % columns];
    const domain = { x: panelDomain(column, columns, gapX), y: panelDomain(rows - 1 - row, rows, gapY) };
    layout[axisKey("x", index)] = {
      domain: domain.x,
      anchor: axes.y,
      range: ownErrors ? limitsOf([panel]).error : limits.error,
      nticks: columns > 3 ? 5 : 8,
      title: { text: "Test error (%); left: better" },
      ...(index + columns < panels.length && { title: undefined, showticklabels: false }),
    };
    layout[axisKey("y", index)] = {
      domain: domain.y,
      anchor: axes.x,
      range: limits.dead,
      zeroline: true,
      showticklabels: column === 0,
      ...(column === 0 && { title: { text: rows > 1 ? "Dead filters (%)" : yTitle } }),
    };
    if (name) annotations.push(panelName({ text: name, x: domain.x[0], y: domain.y[1] }));
    return series.flatMap(({ one, faint, legend }) => traces(one, { axes, faint, legend }));
  });
  return { data, layout: { ...layout, annotations } };
}

const yTitle = "Filters inactive by activation (%); higher: sparser";

function limitsOf(panels: Panel[]): { error: [number, number]; dead: [number, number] } {
  const arms = panels.flatMap(({ series }) =>
    series.filter(({ faint }) => !faint).flatMap(({ one }) => one.arms),
  );
  const runs = arms.flatMap(completedRuns);
  const errors = runs.map(error);
  const [least, most] = errors.length > 0 ? [Math.min(...errors), Math.max(...errors)] : [0, 100];
  const pad = Math.max(1, 0.05 * (most - least));
  return {
    error: [Math.max(0, least - pad), Math.min(100, most + pad)],
    dead: [-3, Math.min(103, 10 + Math.max(0, ...runs.map(dead)))],
  };
}

interface Panel {
  name: string;
  series: { one: StyledSeries; faint: boolean; legend: boolean }[];
}

function panelsOf(arms: ArmRuns[], split: "one" | "optimizer", reference?: string): Panel[] {
  if (split === "one") {
    return [{ name: "", series: styledSeries(arms).map((one) => ({ one, faint: false, legend: true })) }];
  }
  const groups = groupByOptimizer(arms);
  const compared = groups.filter(([name]) => name === reference).flatMap(([, own]) => styledSeries(own));
  const named = compared.length === 0;
  return groups
    .filter(([name]) => name !== reference)
    .map(([name, own], index) => ({
      name,
      series: [
        ...compared.map((one) => ({ one, faint: true, legend: index === 0 })),
        ...styledSeries(own).map((one) => ({ one, faint: false, legend: named })),
      ],
    }));
}

interface TraceOptions {
  axes: { x: string; y: string };
  /** A line to compare with: no seeds, thinner. */
  faint: boolean;
  legend: boolean;
}

function traces({ name: own, style, arms }: StyledSeries, { axes, faint, legend }: TraceOptions): Trace[] {
  const name = faint ? `${own} (in every panel)` : own;
  const points = arms
    .map((item) => ({ lambda: item.arm.lambda, runs: completedRuns(item) }))
    .filter(({ runs }) => runs.length > 0)
    .map(({ lambda, runs }) => ({ lambda, x: mean(runs.map(error)), y: mean(runs.map(dead)) }));
  const seeds = arms.flatMap((item) => completedRuns(item).map((run) => ({ run, lambda: item.arm.lambda })));
  const common = {
    type: "scatter",
    xaxis: axes.x,
    yaxis: axes.y,
    name,
    legendgroup: name,
    cliponaxis: faint,
  };
  const start = faint ? [] : points.filter(({ lambda }) => lambda === 0);
  return [
    {
      ...common,
      showlegend: legend,
      mode: "lines+markers",
      x: points.map(({ x }) => x),
      y: points.map(({ y }) => y),
      customdata: points.map(({ lambda }) => lambdaText(lambda)),
      line: { color: style.color, dash: style.dash, ...(faint && { width: 1.2 }) },
      marker: {
        color: style.color,
        symbol: style.symbol,
        size: faint ? 6 : 9,
        line: { color: style.color, width: 1.5 },
      },
      hovertemplate: `${name}, λ = %{customdata}<br>%{y:.1f} % dead at %{x:.1f} % test error<extra></extra>`,
    },
    !faint && {
      ...common,
      showlegend: false,
      mode: "markers",
      x: seeds.map(({ run }) => error(run)),
      y: seeds.map(({ run }) => dead(run)),
      customdata: seeds.map(({ run, lambda }) => [lambdaText(lambda), run.record.seed]),
      marker: {
        color: style.color,
        symbol: style.symbol,
        size: 4,
        opacity: 0.6,
        line: { width: 1, color: style.color },
      },
      hovertemplate: `${name}, λ = %{customdata[0]}, seed %{customdata[1]}<br>%{y:.1f} % dead at %{x:.1f} % test error<extra></extra>`,
    },
    ...(start.length > 0
      ? [
          {
            ...common,
            showlegend: false,
            mode: "markers",
            x: start.map(({ x }) => x),
            y: start.map(({ y }) => y),
            marker: {
              color: style.color,
              symbol: "circle-open",
              size: 16,
              line: { color: style.color, width: 1.5 },
            },
            hoverinfo: "skip",
          },
        ]
      : []),
  ].filter((trace) => trace !== false);
}
