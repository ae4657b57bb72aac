import { UserError } from "../errors.js";
import { quantile } from "../statistics.js";
import type { PlotlyFigure } from "./figure.js";
import { axisId, axisKey, frame, panelDomain, panelName, type Trace } from "./layout.js";
import { stateColors, translucent } from "./palette.js";

/** The penalty's pull on gamma against the objective's, around deaths. */
export interface PullPoint {
  /** Probes from the death: 0 is the first at which the filter is dead. */
  offset: number;
  /** log10(|penalty's gradient| / |objective's gradient|) of the filters that die. */
  dying: number[];
  /** The same at the same probes, of filters of the same runs that live to the end. */
  surviving: number[];
}

export interface PullPanel {
  name: string;
  points: PullPoint[];
}

/** Everything above is drawn here: the objective's gradient is gone. */
const ceiling = 3;
const bottom = -3;

const sides = [
  {
    side: "surviving",
    name: "filters that live, at the same probes",
    color: "#7A7A7A",
    dash: "5px,3px",
    symbol: "circle-open",
  },
  {
    side: "dying",
    name: "filters that die",
    color: stateColors.deadByScale,
    dash: "solid",
    symbol: "square",
  },
] as const;

/**
 * How many times the penalty's gradient on gamma is the objective's, probe by probe around the time of death: medians
 * with a band of the middle half of the filters. A panel per arm. Throws `UserError` where no filter died.
 */
export function pullAroundDeath(panels: PullPanel[], { subtitle }: { subtitle: string[] }): PlotlyFigure {
  const drawn = panels.filter(({ points }) => points.some(({ dying }) => dying.length > 0));
  if (drawn.length === 0) {
    throw new UserError("No filter died in the runs given, so there is no time of death to align them at.");
  }
  const columns = Math.min(3, drawn.length);
  const rows = Math.ceil(drawn.length / columns);
  const layout = frame({
    title: "The penalty's pull on γ against the objective's, before and after a filter dies",
    subtitle: [
      "Line: median over filters; band: middle half. Above 1 the penalty is the stronger. At the upper edge: the objective's gradient is gone.",
      ...subtitle,
    ],
    plotHeight: rows === 1 ? 330 : 250 * rows,
  });
  const gaps = { x: columns > 1 ? 0.1 / columns : 0, y: rows > 1 ? 0.24 / rows : 0 };
  const annotations: unknown[] = [];
  const shapes: unknown[] = [];
  const offsets = drawn.flatMap(({ points }) => points.map(({ offset }) => offset));
  const data = drawn.flatMap(({ name, points }, index) => {
    const axes = { x: axisId("x", index), y: axisId("y", index) };
    const [row, column] = [Math.floor(index / columns), index % columns];
    const domain = { x: panelDomain(column, columns, gaps.x), y: panelDomain(rows - 1 - row, rows, gaps.y) };
    const isLowest = index + columns >= drawn.length;
    layout[axisKey("x", index)] = {
      domain: domain.x,
      anchor: axes.y,
      range: [Math.min(...offsets) - 0.4, Math.max(...offsets) + 0.4],
      dtick: 1,
      showgrid: false,
      showticklabels: isLowest,
      ...(isLowest && { title: { text: "Probes from death" } }),
    };
    layout[axisKey("y", index)] = {
      domain: domain.y,
      anchor: axes.x,
      range: [bottom, ceiling + 0.15],
      tickvals: [-3, -2, -1, 0, 1, 2, 3],
      ticktext: ["10<sup>−3</sup>", "0.01", "0.1", "1", "10", "100", "≥ 10<sup>3</sup>"],
      showticklabels: column === 0,
      ...(column === 0 && {
        title: { text: rows > 1 ? "Penalty / objective" : "Penalty's gradient / objective's" },
      }),
    };
    const died = Math.max(...points.map(({ dying }) => dying.length));
    annotations.push(panelName({ text: `${name}: ${died} deaths`, x: domain.x[0], y: domain.y[1] }));
    shapes.push(straight(axes, "x", -0.5), straight(axes, "y", 0));
    return sides.flatMap((look) => sideTraces(points, look, { axes, legend: index === 0, panel: name }));
  });
  return { data, layout: { ...layout, annotations, shapes } };
}

function sideTraces(
  points: PullPoint[],
  { side, name, color, dash, symbol }: (typeof sides)[number],
  { axes, legend, panel }: { axes: { x: string; y: string }; legend: boolean; panel: string },
): Trace[] {
  const at = points
    .filter((point) => point[side].length > 0)
    .map(({ offset, [side]: values }) => {
      const [low, middle, high] = [0.25, 0.5, 0.75].map((share) =>
        Math.min(ceiling, Math.max(bottom, quantile(values, share))),
      ) as [number, number, number];
      return { offset, low, middle, high, count: values.length };
    });
  const common = { type: "scatter", xaxis: axes.x, yaxis: axes.y, legendgroup: name };
  return [
    {
      ...common,
      showlegend: false,
      mode: "lines",
      x: [...at, ...at.toReversed()].map(({ offset }) => offset),
      y: [...at.map(({ high }) => high), ...at.toReversed().map(({ low }) => low)],
      fill: "toself",
      fillcolor: translucent(color, 0.22),
      line: { width: 0 },
      hoverinfo: "skip",
    },
    {
      ...common,
      name,
      showlegend: legend,
      mode: "lines+markers",
      x: at.map(({ offset }) => offset),
      y: at.map(({ middle }) => middle),
      line: { color, dash },
      marker: { color, symbol, size: 7, line: { color, width: 1.5 } },
      customdata: at.map(({ middle, count }) => [(10 ** middle).toPrecision(2), count]),
      hovertemplate: `${panel}, ${name}<br>%{x} probes from death: penalty %{customdata[0]} times the objective (median of %{customdata[1]})<extra></extra>`,
    },
  ];
}

/** A dotted line: before and after death, or where both pulls are equal. */
const straight = ({ x, y }: { x: string; y: string }, across: "x" | "y", at: number) => ({
  type: "line",
  ...(across === "x"
    ? { xref: x, yref: `${y} domain`, x0: at, x1: at, y0: 0, y1: 1 }
    : { xref: `${x} domain`, yref: y, x0: 0, x1: 1, y0: at, y1: at }),
  line: { color: "#262626", width: 1, dash: "dot" },
  layer: "below",
});
