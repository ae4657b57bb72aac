import type { Run } from "../runs/record.js";
import { mean } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import {
  allRuns,
  completedRuns,
  describeData,
  describeSeeds,
  lambdaText,
  requireRuns,
} from "../study/describe.js";
import { curveTraces, endLabels } from "./curves.js";
import type { PlotlyFigure } from "./figure.js";
import { type Axis, axisId, axisKey, frame, panelDomain, panelName } from "./layout.js";
import { lambdaStyle, styledSeries } from "./series.js";

export interface LayerLinesOptions {
  title: string;
  /** How to read a value; stands behind what lines and bands are. */
  reading: string;
  /** Title of the axis of values, with its unit. */
  axisTitle: string;
  /** One value for each layer; null where there is none. */
  values(run: Run): (number | null)[];
  /** From a linear axis' lowest to its highest value; default: from 0 to a round one above all. */
  range?: [number, number];
  /** For values over several orders of magnitude, all positive. Default false. */
  log?: boolean;
  /** Decimals in the hover. Default 1. */
  digits?: number;
}

/**
 * A value of each layer, input to output: a panel per optimizer and form of its penalty, a line per strength in a band over
 * the seeds, labeled at its end.
 */
export function layerLines(arms: ArmRuns[], options: LayerLinesOptions): PlotlyFigure {
  const { title, reading, axisTitle, values, log = false, digits = 1 } = options;
  requireRuns(arms, `the figure "${title}"`);
  const panels = styledSeries(arms);
  const curves = new Map(arms.map((item) => [item, completedRuns(item).map(values)]));
  const all = [...curves.values()].flat(2).filter((value) => value !== null);
  const range = options.range ?? (log ? decades(all) : [0, roundedTop(all)]);
  const plotHeight = 330;
  const layout = frame({
    title,
    subtitle: [
      `${describeSeeds(arms)}. Line: mean of the seeds; band: lowest to highest. ${reading}`,
      describeData(arms),
    ],
    plotHeight,
    legend: false,
    right: 84,
  });
  const annotations: unknown[] = [];
  const data = panels.flatMap((panel, index) => {
    const axes = { x: axisId("x", index), y: axisId("y", index) };
    const domain = panelDomain(index, panels.length, panels.length > 1 ? 0.25 / panels.length : 0);
    const [run] = allRuns(panel.arms);
    const layers = run?.record.model.layers ?? [];
    layout[axisKey("x", index)] = {
      domain,
      anchor: axes.y,
      range: [-0.3, layers.length - 0.7],
      tickvals: layers.map((_, layer) => layer),
      ticktext: layers.map(({ name }) => name),
      showgrid: false,
      title: { text: "Layer, input to output" },
    };
    layout[axisKey("y", index)] = {
      anchor: axes.x,
      range,
      ...(log && logAxis),
      ...(index === 0 ? { title: { text: axisTitle } } : { showticklabels: false }),
    };
    annotations.push(panelName({ text: panel.name, x: domain[0] }));
    const place = (value: number) => (log ? Math.log10(value) : value) - range[0];
    const ends = panel.arms.flatMap((item) => {
      const finals = curves.get(item)!.flatMap((curve) => curve.at(-1) ?? []);
      return finals.length > 0 ? [{ text: lambdaText(item.arm.lambda), value: place(mean(finals)) }] : [];
    });
    const labels = endLabels(ends, {
      axes,
      at: layers.length - 1,
      range: range[1] - range[0],
      height: plotHeight,
      merged: false,
      prefix: "λ = ",
    }) as { y: number }[];
    annotations.push(...labels.map((label) => ({ ...label, y: label.y + range[0] })));
    const traces = panel.arms.map((item) =>
      curveTraces({
        name: item.arm.label,
        axes,
        x: layers.map((_, layer) => layer),
        curves: curves.get(item)!,
        ...lambdaStyle(item.arm.lambda, panel),
        hover: `${item.arm.label}, layer %{x}<br>%{y:.${digits}f} % (%{customdata[0]:.${digits}f} to %{customdata[1]:.${digits}f} %)`,
        symbol: panel.style.symbol,
      }),
    );
    return [...traces.flatMap(({ band }) => band), ...traces.flatMap(({ lines }) => lines)];
  });
  return { data, layout: { ...layout, annotations } };
}

/** A decade a tick, written as a reader writes it. */
const logAxis: Axis = { type: "log", dtick: 1, exponentformat: "power", minor: { ticks: "outside" } };

const roundedTop = (values: number[]): number =>
  Math.min(100, Math.max(10, 10 * Math.ceil((Math.max(0, ...values) * 1.08) / 10)));

/** Logarithms with a little room below the least and above the largest value. */
function decades(values: number[]): [number, number] {
  const positive = values.filter((value) => value > 0).map(Math.log10);
  if (positive.length === 0) return [-1, 1];
  return [Math.min(...positive) - 0.15, Math.max(...positive) + 0.15];
}
