import type { Run } from "../runs/record.js";
import { mean } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import { completedRuns, describeData, describeSeeds, number, requireRuns } from "../study/describe.js";
import { curveTraces, endLabels } from "./curves.js";
import type { PlotlyFigure } from "./figure.js";
import { frame, type Trace } from "./layout.js";
import { rankedStyle } from "./series.js";

export interface SurvivorsByLayerOptions {
  /** A curve's name at its end: "width 1/4". */
  name: (item: ArmRuns) => string;
}

const axes = { x: "x", y: "y" };
const plotHeight = 380;
const ticks = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** How many filters of each layer are active at the end, a line per network; thin dotted lines: how many there were. */
export function survivorsByLayer(arms: ArmRuns[], { name }: SurvivorsByLayerOptions): PlotlyFigure {
  requireRuns(arms, "the figure of surviving filters by layer");
  const trained = arms.filter((item) => completedRuns(item).length > 0);
  const layers = trained
    .map(({ runs }) => runs[0]!.record.model.layers)
    .reduce((deepest, own) => (own.length > deepest.length ? own : deepest));
  const counts = trained.flatMap((item) => completedRuns(item).flatMap(survivors));
  const widths = trained.flatMap(({ runs }) => runs[0]!.record.model.layers.map(({ filters }) => filters));
  const range = [
    Math.log10(0.8 * Math.max(1, Math.min(...counts))),
    Math.log10(1.25 * Math.max(...widths)),
  ] as const;
  const layout = frame({
    title: "How many filters survive in each layer, by size of the network",
    subtitle: [
      `${describeSeeds(arms)}. Line: mean of the seeds; band: lowest to highest; thin dotted line of the same color: all filters of the layer. Surviving: active for some training image.`,
      describeData(arms),
    ],
    plotHeight,
    legend: false,
    panelNames: false,
    right: 7 * Math.max(...trained.map((item) => name(item).length)) + 16,
  });
  const drawn = trained.map((item, rank) => {
    const style = rankedStyle(item, rank, trained.length);
    const curves = completedRuns(item).map(survivors);
    return {
      total: totalTrace(item, { name: name(item), color: style.color }),
      ...curveTraces({
        name: name(item),
        axes,
        x: curves[0]!.map((_, layer) => layer),
        curves: curves.map((own) => own.map((count) => Math.max(1, count))),
        ...style,
        hover: `${name(item)}, layer %{x}: %{y:.1f} alive (%{customdata[0]} to %{customdata[1]})`,
      }),
    };
  });
  const deepest = layers.length - 1;
  const ends = trained
    .map((item) => ({
      text: name(item),
      value: Math.log10(Math.max(1, mean(completedRuns(item).map((run) => survivors(run).at(-1)!)))),
    }))
    .map(({ text, value }) => ({ text, value: value - range[0] }));
  return {
    data: [
      ...drawn.map(({ total }) => total),
      ...drawn.flatMap(({ band }) => band),
      ...drawn.flatMap(({ lines }) => lines),
    ],
    layout: {
      ...layout,
      xaxis: {
        tickvals: layers.map((_, layer) => layer),
        ticktext: layers.map((layer) => layer.name),
        range: [-0.2, deepest],
        showgrid: false,
        title: { text: "Layer, input to output" },
      },
      yaxis: {
        type: "log",
        range,
        tickvals: ticks,
        ticktext: ticks.map((tick) => number.format(tick)),
        title: { text: "Surviving filters (log scale)" },
      },
      annotations: endLabels(ends, {
        axes,
        at: deepest,
        range: range[1] - range[0],
        height: plotHeight,
        merged: false,
      }).map((label) => offset(label as { y: number }, range[0])),
    },
  };
}

/** Labels are spread on a linear axis from 0; on this one they begin where it does (Plotly takes their logarithms). */
const offset = <T extends { y: number }>(label: T, by: number): T => ({ ...label, y: label.y + by });

/** Filters of each layer that some training image activates at the end. */
export const survivors = ({ record }: Run): number[] =>
  record.final.layers.map(({ filters, deadByActivation }) => filters - deadByActivation);

function totalTrace({ runs }: ArmRuns, { name, color }: { name: string; color: string }): Trace {
  const { layers } = runs[0]!.record.model;
  return {
    type: "scatter",
    mode: "lines",
    name: `${name}, all filters`,
    showlegend: false,
    x: layers.map((_, layer) => layer),
    y: layers.map(({ filters }) => filters),
    line: { color, width: 1.2, dash: "1px,3px" },
    hovertemplate: `${name}, layer %{x}: %{y} filters<extra></extra>`,
  };
}
