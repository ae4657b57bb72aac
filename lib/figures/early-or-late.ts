import type { Run } from "../runs/record.js";
import { mean } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import { completedRuns, describeData, describeSeeds, lambdaText, requireRuns } from "../study/describe.js";
import type { PlotlyFigure } from "./figure.js";
import { frame, type Trace } from "./layout.js";
import { deadMeasures } from "./measures.js";
import { type StyledSeries, styledSeries } from "./series.js";

const dead = deadMeasures.activation.percent;

export interface EarlyOrLateOptions {
  /** Dead share of the early layers minus that of the late ones, percentage points. */
  difference(run: Run): number;
}

/**
 * How much more of the early layers dies than of the late ones, against how much dies at all: every arm a mark, an
 * optimizer's penalties joined from none to the strongest, every seed a small mark.
 */
export function earlyOrLate(arms: ArmRuns[], { difference }: EarlyOrLateOptions): PlotlyFigure {
  requireRuns(arms, "the figure of early and late layers");
  const runs = arms.flatMap(completedRuns);
  const most = Math.max(10, ...runs.map((run) => Math.abs(difference(run))));
  const side = (text: string, y: number) => ({
    text,
    xref: "paper",
    x: 0.005,
    xanchor: "left",
    yref: "paper",
    y,
    yanchor: y > 0.5 ? "top" : "bottom",
    showarrow: false,
    font: { color: "#595959" },
  });
  return {
    data: styledSeries(arms).flatMap((series) => traces(series, difference)),
    layout: {
      ...frame({
        title: "Early or late? Which end of the network loses the larger share of its filters",
        subtitle: [
          `${describeSeeds(arms)}. Large marks: mean of the seeds, joined from the weakest penalty to the strongest; small marks: seeds. Open marks on dotted lines: decoupled decay.`,
          describeData(arms),
        ],
        plotHeight: 400,
        legendLines: 2,
        panelNames: false,
      }),
      xaxis: {
        title: { text: "Filters inactive by activation (% of all)" },
        range: [-2, Math.min(102, 6 + Math.max(0, ...runs.map(dead)))],
      },
      yaxis: {
        title: { text: "Early minus late layers (percentage points)" },
        range: [-1.12 * most, 1.12 * most],
        zeroline: true,
        zerolinewidth: 1.5,
        zerolinecolor: "#262626",
      },
      annotations: [
        side("<b>early layers lose more</b>", 0.985),
        side("<b>late layers lose more</b>", 0.015),
      ],
    },
  };
}

function traces({ name, style, arms }: StyledSeries, difference: (run: Run) => number): Trace[] {
  const { color, symbol, dash } = style;
  const own = arms.map((item) => ({ lambda: item.arm.lambda, runs: completedRuns(item) }));
  const points = own
    .filter(({ runs }) => runs.length > 0)
    .map(({ lambda, runs }) => ({ lambda, x: mean(runs.map(dead)), y: mean(runs.map(difference)) }));
  const seeds = own.flatMap(({ lambda, runs }) => runs.map((run) => ({ lambda, run })));
  const common = { type: "scatter", name, legendgroup: name, cliponaxis: false };
  const hover = "%{y:+.0f} points with %{x:.0f} % of all dead<extra></extra>";
  return [
    {
      ...common,
      mode: "lines+markers",
      x: points.map(({ x }) => x),
      y: points.map(({ y }) => y),
      customdata: points.map(({ lambda }) => lambdaText(lambda)),
      line: { color, dash },
      marker: { color, symbol, size: 9, line: { color, width: 1.5 } },
      hovertemplate: `${name}, λ = %{customdata}<br>${hover}`,
    },
    {
      ...common,
      showlegend: false,
      mode: "markers",
      x: seeds.map(({ run }) => dead(run)),
      y: seeds.map(({ run }) => difference(run)),
      customdata: seeds.map(({ lambda, run }) => [lambdaText(lambda), run.record.seed]),
      marker: { color, symbol, size: 4, opacity: 0.6, line: { width: 1, color } },
      hovertemplate: `${name}, λ = %{customdata[0]}, seed %{customdata[1]}<br>${hover}`,
    },
  ];
}
