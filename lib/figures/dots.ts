import {
  divergedLegend,
  type EstimateStyle,
  meanTrace,
  type SeedValue,
  type Spread,
  seedTrace,
} from "./estimates.js";
import type { PlotlyFigure } from "./figure.js";
import { axisId, axisKey, frame, panelDomain, panelName, type Trace } from "./layout.js";
import { plainText } from "./plain-text.js";

export interface DotSeries {
  name: string;
  /** One look, or one for each row. */
  style: EstimateStyle | ((row: string) => EstimateStyle);
  /** The look in the legend where rows have their own. */
  legendStyle?: EstimateStyle;
}

export interface DotPanel {
  name: string;
  /** Title of its axis of values, with the unit and which direction is better. */
  title: string;
  range: [number, number];
  seeds(row: string, series: DotSeries): SeedValue[];
  /** Default "range". */
  spread?: Spread;
  /** A vertical line at a value that things are compared with. */
  reference?: number;
}

export interface DotsOptions {
  title: string;
  subtitle: string[];
  /** Labels, top to bottom. */
  rows: string[];
  series: DotSeries[];
  panels: DotPanel[];
  /** Default " %". */
  unit?: string;
}

/**
 * Dots of conditions below each other: in every panel a row per condition, in it a mark per series (mean of the seeds
 * with its bar) and every seed as a small mark below. Diverged seeds are crosses; where they have no value, at the end of the axis.
 */
export function dots(options: DotsOptions): PlotlyFigure {
  const { title, subtitle, rows, series, panels, unit = " %" } = options;
  const layout = frame({
    title,
    subtitle,
    plotHeight: Math.max(90, rows.length * (20 + 22 * series.length)),
    legend: series.length > 1,
    panelNames: panels.some(({ name }) => name !== ""),
    left: 32 + 7.2 * Math.max(...rows.map((row) => plainLength(row))),
  });
  const data: Trace[] = [];
  const annotations: unknown[] = [];
  const shapes: unknown[] = [];
  for (const [index, panel] of panels.entries()) {
    const axes = { x: axisId("x", index), y: axisId("y", index) };
    const domain = panelDomain(index, panels.length, 0.05);
    layout[axisKey("x", index)] = {
      domain,
      anchor: axes.y,
      range: panel.range,
      title: { text: panel.title },
    };
    layout[axisKey("y", index)] = {
      anchor: axes.x,
      range: [rows.length - 0.5, -0.5],
      tickvals: rows.map((_, row) => row),
      ticktext: rows,
      ticklabelstandoff: 6,
      ticks: "",
      showticklabels: index === 0,
      showgrid: true,
    };
    if (panel.name) annotations.push(panelName({ text: panel.name, x: domain[0] }));
    if (panel.reference !== undefined) shapes.push(referenceLine(panel.reference, axes));
    for (const [rank, one] of series.entries()) {
      const dodge = (rank - (series.length - 1) / 2) * (0.62 / series.length);
      for (const [row, label] of rows.entries()) {
        const seeds = panel.seeds(label, one);
        if (seeds.length === 0) continue;
        const style = typeof one.style === "function" ? one.style(label) : one.style;
        const points = [{ at: row + dodge, label, seeds }];
        const look = {
          name: one.name,
          style,
          axes,
          unit,
          values: "x",
          spread: panel.spread ?? "range",
          joined: false,
        } as const;
        data.push(
          meanTrace(points, { ...look, legend: false }),
          seedTrace(points, { ...look, nudge: 0.3 / series.length, limit: panel.range[1] }),
        );
      }
    }
  }
  if (series.length > 1) data.push(...series.map(legendEntry));
  const everything = panels.flatMap((panel) =>
    rows.flatMap((row) => series.flatMap((one) => panel.seeds(row, one))),
  );
  if (everything.some(({ divergedAt }) => divergedAt !== undefined)) data.push(divergedLegend());
  return { data, layout: { ...layout, annotations, shapes } };
}

const plainLength = (text: string): number => plainText(text).length;

function legendEntry({ name, style, legendStyle }: DotSeries): Trace {
  const { color, symbol } = legendStyle ?? (typeof style === "function" ? style("") : style);
  return {
    type: "scatter",
    mode: "markers",
    name,
    legendgroup: name,
    x: [null],
    y: [null],
    marker: { color, symbol, size: 9, line: { color, width: 1.5 } },
  };
}

const referenceLine = (at: number, { x, y }: { x: string; y: string }) => ({
  type: "line",
  xref: x,
  yref: `${y} domain`,
  x0: at,
  x1: at,
  y0: 0,
  y1: 1,
  line: { color: "#262626", width: 1.5 },
  layer: "below",
});
