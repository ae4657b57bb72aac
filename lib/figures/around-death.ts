import { UserError } from "../errors.js";
import { quantile } from "../statistics.js";
import { number } from "../study/describe.js";
import type { PlotlyFigure } from "./figure.js";
import { axisId, axisKey, frame, panelDomain, panelName, type Trace } from "./layout.js";
import { stateColors, translucent } from "./palette.js";

/** A measure of filters some probes before or after deaths. */
export interface AroundDeathPoint {
  /** Probes from the death: 0 is the first at which the filter is dead. */
  offset: number;
  /** Of the filters that die. */
  dying: number[];
  /** At the same probes, of filters of the same runs that live to the end. */
  surviving: number[];
}

export interface AroundDeathPanel {
  name: string;
  deaths: number;
  points: AroundDeathPoint[];
}

/** How a measure is drawn around deaths. */
interface Look {
  title: string;
  /** First line below the title. */
  reading: string;
  /** Title of the y axis, and a shorter one for low panels. */
  axis: [long: string, short: string];
  /** Values beyond are drawn at the ends. */
  range: [low: number, high: number];
  ticks: [value: number, text: string][];
  /** Values at which a dotted line is drawn. */
  lines: number[];
  /** "penalty 3.2 times the objective" */
  hover: (value: number) => string;
}

export interface AroundDeathOptions {
  /** Lines below the reading help: seeds and data. */
  subtitle: string[];
}

/**
 * How many times the penalty's gradient on gamma is the objective's, probe by probe around the time of death. Values are
 * log10 of the ratio.
 */
export const pullAroundDeath = (panels: AroundDeathPanel[], options: AroundDeathOptions): PlotlyFigure =>
  aroundDeath(panels, options, {
    title: "The penalty's pull on γ against the objective's, before and after a filter dies",
    reading:
      "Line: median over filters; band: middle half. Above 1 the penalty is the stronger. At the upper edge: the objective's gradient is gone.",
    axis: ["Penalty's gradient / objective's", "Penalty / objective"],
    range: [-3, 3],
    ticks: [
      [-3, "10<sup>−3</sup>"],
      [-2, "0.01"],
      [-1, "0.1"],
      [0, "1"],
      [1, "10"],
      [2, "100"],
      [3, "≥ 10<sup>3</sup>"],
    ],
    lines: [0],
    hover: (value) => `penalty ${(10 ** value).toPrecision(2)} times the objective`,
  });

/** Pace at which gamma falls (see `gammaPaces`) from probe to probe around the time of death. */
export const paceAroundDeath = (panels: AroundDeathPanel[], options: AroundDeathOptions): PlotlyFigure =>
  aroundDeath(panels, options, {
    title: "How fast |γ| falls, as a multiple of what the penalty alone would do",
    reading:
      "Line: median over filters; band: middle half. 0: the objective holds the scale against the penalty. 1: the penalty alone acts, as on the scalar. Above: the objective shrinks it too.",
    axis: ["Fall of ln|γ| / penalty's alone", "Fall / penalty's"],
    range: [-2, 4],
    ticks: [
      [-2, "≤ −2"],
      [-1, "−1"],
      [0, "0"],
      [1, "1"],
      [2, "2"],
      [3, "3"],
      [4, "≥ 4"],
    ],
    lines: [0, 1],
    hover: (value) => `|γ| falls ${value.toFixed(2)} times as fast as by the penalty alone`,
  });

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

/** Medians with a band of the middle half of the filters, a panel per arm. Throws `UserError` where no filter died. */
function aroundDeath(panels: AroundDeathPanel[], { subtitle }: AroundDeathOptions, look: Look): PlotlyFigure {
  const drawn = panels.filter(({ points }) => points.some(({ dying }) => dying.length > 0));
  if (drawn.length === 0) {
    throw new UserError("No filter died in the runs given, so there is no time of death to align them at.");
  }
  const columns = Math.min(3, drawn.length);
  const rows = Math.ceil(drawn.length / columns);
  const layout = frame({
    title: look.title,
    subtitle: [look.reading, ...subtitle],
    plotHeight: rows === 1 ? 330 : 250 * rows,
  });
  const gaps = { x: columns > 1 ? 0.1 / columns : 0, y: rows > 1 ? 0.24 / rows : 0 };
  const annotations: unknown[] = [];
  const shapes: unknown[] = [];
  const [low, high] = look.range;
  const offsets = drawn.flatMap(({ points }) => points.map(({ offset }) => offset));
  const data = drawn.flatMap(({ name, deaths, points }, index) => {
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
      range: [low, high + 0.15],
      tickvals: look.ticks.map(([value]) => value),
      ticktext: look.ticks.map(([, text]) => text),
      showticklabels: column === 0,
      ...(column === 0 && { title: { text: look.axis[rows > 1 ? 1 : 0] } }),
    };
    annotations.push(
      panelName({ text: `${name}: ${number.format(deaths)} deaths`, x: domain.x[0], y: domain.y[1] }),
    );
    shapes.push(straight(axes, "x", -0.5), ...look.lines.map((value) => straight(axes, "y", value)));
    return sides.flatMap((side) =>
      sideTraces(points, side, { axes, legend: index === 0, panel: name, look }),
    );
  });
  return { data, layout: { ...layout, annotations, shapes } };
}

interface SideOptions {
  axes: { x: string; y: string };
  legend: boolean;
  panel: string;
  look: Look;
}

function sideTraces(
  points: AroundDeathPoint[],
  { side, name, color, dash, symbol }: (typeof sides)[number],
  { axes, legend, panel, look }: SideOptions,
): Trace[] {
  const [bottom, ceiling] = look.range;
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
      customdata: at.map(({ middle, count }) => [look.hover(middle), count]),
      hovertemplate: `${panel}, ${name}<br>%{x} probes from death: %{customdata[0]} (median of %{customdata[1]})<extra></extra>`,
    },
  ];
}

/** A dotted line: before and after death, or at a value that divides. */
const straight = ({ x, y }: { x: string; y: string }, across: "x" | "y", at: number) => ({
  type: "line",
  ...(across === "x"
    ? { xref: x, yref: `${y} domain`, x0: at, x1: at, y0: 0, y1: 1 }
    : { xref: `${x} domain`, yref: y, x0: 0, x1: 1, y0: at, y1: at }),
  line: { color: "#262626", width: 1, dash: "dot" },
  layer: "below",
});
