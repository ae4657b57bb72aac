import type { ArmRuns } from "../hypotheses/hypothesis.js";
import type { Run } from "../runs/record.js";
import { mean } from "../statistics.js";
import { allRuns, completedRuns, describeData, describeSeeds, hasDiverged, requireRuns } from "./describe.js";
import type { PlotlyFigure } from "./figure.js";
import { frame, type Trace } from "./layout.js";
import { type PenaltySeries, penaltySeries } from "./series.js";

const error = ({ record }: Run) => 100 * record.final.testError;
const dead = ({ record }: Run) => 100 * record.final.deadByActivation;

/**
 * Share of dead filters against test error: each optimizer's arms in order of their penalty, joined by a line; every
 * seed a small mark. Diverged runs have no test error and are counted in the subtitle.
 */
export function frontier(arms: ArmRuns[]): PlotlyFigure {
  requireRuns(arms, "the figure of dead share against test error");
  const errors = arms.flatMap(completedRuns).map(error);
  const [least, most] = errors.length > 0 ? [Math.min(...errors), Math.max(...errors)] : [0, 100];
  const pad = Math.max(1, 0.05 * (most - least));
  const subtitle = [
    `${describeSeeds(arms)}. Small marks: seeds; line: their mean, from no penalty (ring) to the strongest. Further left and up is better: accurate and sparse.`,
    describeData(arms),
  ];
  const layout = frame({
    title: "Share of dead filters against test error",
    subtitle,
    plotHeight: 420,
    panelNames: false,
  });
  return {
    data: penaltySeries(arms).flatMap(traces),
    layout: {
      ...layout,
      xaxis: {
        title: { text: "Test error (%); left: better" },
        range: [Math.max(0, least - pad), Math.min(100, most + pad)],
      },
      yaxis: {
        title: { text: "Filters inactive by activation (%); higher: sparser" },
        range: [
          -3,
          Math.min(
            103,
            10 +
              Math.max(
                0,
                ...allRuns(arms)
                  .filter((run) => !hasDiverged(run))
                  .map(dead),
              ),
          ),
        ],
        zeroline: true,
      },
    },
  };
}

function traces({ name, style, arms }: PenaltySeries): Trace[] {
  const points = arms
    .map((item) => ({ lambda: item.arm.lambda, runs: completedRuns(item) }))
    .filter(({ runs }) => runs.length > 0)
    .map(({ lambda, runs }) => ({ lambda, x: mean(runs.map(error)), y: mean(runs.map(dead)) }));
  const seeds = arms.flatMap((item) => completedRuns(item).map((run) => ({ run, lambda: item.arm.lambda })));
  const common = { type: "scatter", name, legendgroup: name, cliponaxis: false };
  const start = points.filter(({ lambda }) => lambda === 0);
  return [
    {
      ...common,
      mode: "lines+markers",
      x: points.map(({ x }) => x),
      y: points.map(({ y }) => y),
      customdata: points.map(({ lambda }) => lambda),
      line: { color: style.color, dash: style.dash },
      marker: { color: style.color, symbol: style.symbol, size: 9, line: { color: style.color, width: 1.5 } },
      hovertemplate: `${name}, λ = %{customdata}<br>%{y:.1f} % dead at %{x:.1f} % test error<extra></extra>`,
    },
    {
      ...common,
      showlegend: false,
      mode: "markers",
      x: seeds.map(({ run }) => error(run)),
      y: seeds.map(({ run }) => dead(run)),
      customdata: seeds.map(({ run, lambda }) => [lambda, run.record.seed]),
      marker: { color: style.color, symbol: style.symbol, size: 4, opacity: 0.6, line: { width: 0 } },
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
  ];
}
