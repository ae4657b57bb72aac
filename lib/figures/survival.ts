import type { ArmRuns } from "../study/arm.js";
import { completedRuns, describeData, describeSeeds, number, requireRuns } from "../study/describe.js";
import { observationsBySelectivity, type SelectivityGroups } from "../study/selectivity.js";
import { atRisk, kaplanMeier, type Observation } from "../survival.js";
import type { PlotlyFigure } from "./figure.js";
import { axisId, axisKey, frame, panelDomain, panelName, type Trace } from "./layout.js";
import { translucent } from "./palette.js";

const looks = [
  { color: "#8C8C8C", dash: "2px,3px" },
  { color: "#595959", dash: "8px,4px" },
  { color: "#000000", dash: "solid" },
];

/**
 * Kaplan-Meier curves of filters by how selective they were early on: a panel per arm, its seeds together; below each
 * the filters at risk. Only filters that are active at the start of observation count, so that being dead is not
 * taken for being selective. Arms whose runs all diverged have no panel.
 */
export function survivalBySelectivity(arms: ArmRuns[], options: SelectivityGroups = {}): PlotlyFigure {
  const { from = 0.1, cuts = [0.01, 0.25], withinLayers = false, layers } = options;
  requireRuns(arms, "the survival curves");
  const drawn = arms.filter((item) => completedRuns(item).length > 0);
  const columns = Math.max(1, Math.min(3, drawn.length));
  const rows = Math.max(1, Math.ceil(drawn.length / columns));
  const names = withinLayers ? thirdNames : groupNames(cuts);
  const layout = frame({
    title: `Survival of filters by their selectivity after ${Math.round(100 * from)} % of training`,
    subtitle: [
      `${describeSeeds(arms)}, together in a curve. Bands: 95 % intervals that take filters as independent. Below each panel: filters at risk, by group. A lower curve: dies more.`,
      describeData(arms),
    ],
    plotHeight: rows === 1 ? 310 : 265 * rows,
    bottom: 126,
  });
  const gaps = { x: columns > 1 ? 0.1 / columns : 0, y: rows > 1 ? 0.58 / rows : 0 };
  const annotations: unknown[] = [];
  const data: Trace[] = drawn.flatMap((item, index) => {
    const axes = { x: axisId("x", index), y: axisId("y", index) };
    const [row, column] = [Math.floor(index / columns), index % columns];
    const domain = {
      x: panelDomain(column, columns, gaps.x),
      y: panelDomain(rows - 1 - row, rows, gaps.y),
    };
    const { steps } = item.arm.config;
    const groups = observationsBySelectivity(completedRuns(item), { from, cuts, withinLayers, layers });
    const start = from * steps;
    const ticks = [start, 0.4 * steps, 0.7 * steps, steps];
    layout[axisKey("x", index)] = {
      domain: domain.x,
      anchor: axes.y,
      range: [start - 0.03 * steps, 1.02 * steps],
      tickvals: ticks,
      ticktext: ticks.map((step) => number.format(step)),
      showgrid: false,
      title: { text: "Optimizer step", standoff: 4 },
    };
    layout[axisKey("y", index)] = {
      domain: domain.y,
      anchor: axes.x,
      range: [0, 102],
      showticklabels: column === 0,
      ...(column === 0 && { title: { text: "Filters still alive (%)" } }),
    };
    annotations.push(panelName({ text: item.arm.label, x: domain.x[0], y: domain.y[1] }));
    annotations.push(...riskTable(groups, { axes, ticks, heading: column === 0 }));
    return groups.flatMap((own, group) =>
      own.length === 0
        ? []
        : groupTraces(own, { axes, start, end: steps, group, name: names[group]!, legend: index === 0 }),
    );
  });
  return { data, layout: { ...layout, annotations } };
}

const groupNames = ([low, high]: readonly [number, number]): string[] => [
  `selectivity up to ${100 * low} %`,
  `${100 * low} to ${100 * high} %`,
  `above ${100 * high} %`,
];

const thirdNames = [
  "least selective third of each layer",
  "middle third",
  "most selective third of each layer",
];

interface GroupOptions {
  axes: { x: string; y: string };
  start: number;
  end: number;
  group: number;
  name: string;
  legend: boolean;
}

function groupTraces(observations: Observation[], options: GroupOptions): Trace[] {
  const { axes, start, end, group, name, legend } = options;
  const { color, dash } = looks[group]!;
  const steps = kaplanMeier(observations);
  const at = [
    { time: start, survival: 1, low: 1, high: 1 },
    ...steps.map(({ time, survival, interval: [low, high] }) => ({ time, survival, low, high })),
  ];
  const last = at.at(-1)!;
  const curve = [...at, { ...last, time: Math.max(end, last.time) }];
  // Corners of the stairs, since a filled area has no step shape of its own.
  const stairs = (part: "low" | "high") =>
    curve.flatMap(({ time, [part]: value }, i) => [
      ...(i > 0 ? [{ time, value: curve[i - 1]![part] }] : []),
      { time, value },
    ]);
  const outline = [...stairs("high"), ...stairs("low").toReversed()];
  const common = { type: "scatter", xaxis: axes.x, yaxis: axes.y, legendgroup: name, cliponaxis: false };
  return [
    {
      ...common,
      showlegend: false,
      mode: "lines",
      x: outline.map(({ time }) => time),
      y: outline.map(({ value }) => 100 * value),
      fill: "toself",
      fillcolor: translucent(color, 0.2),
      line: { width: 0 },
      hoverinfo: "skip",
    },
    {
      ...common,
      name,
      showlegend: legend,
      mode: "lines",
      x: curve.map(({ time }) => time),
      y: curve.map(({ survival }) => 100 * survival),
      line: { color, dash, shape: "hv" },
      customdata: curve.map(({ low, high }) => [100 * low, 100 * high]),
      hovertemplate: `${name}<br>step %{x:,d}: %{y:.0f} % alive (95 % interval %{customdata[0]:.0f} to %{customdata[1]:.0f} %)<extra></extra>`,
    },
  ];
}

interface RiskTableOptions {
  axes: { x: string; y: string };
  ticks: number[];
  /** Whether the groups are named at its left. */
  heading: boolean;
}

/** Filters at risk at each tick, a line per group in the group's color, below the axis. */
function riskTable(groups: Observation[][], { axes, ticks, heading }: RiskTableOptions): unknown[] {
  const line = (rank: number) => ({
    yref: `${axes.y} domain`,
    y: 0,
    yanchor: "top",
    yshift: -44 - 15 * rank,
    showarrow: false,
  });
  const short = ["low", "middle", "high"];
  return groups.flatMap((own, group) => [
    ...ticks.map((tick) => ({
      ...line(group),
      xref: axes.x,
      x: tick,
      text: number.format(atRisk(own, tick)),
      font: { size: 11, color: looks[group]!.color === "#8C8C8C" ? "#707070" : looks[group]!.color },
    })),
    ...(heading
      ? [
          {
            ...line(group),
            xref: `${axes.x} domain`,
            x: 0,
            xanchor: "right",
            xshift: -8,
            text: short[group],
            font: { size: 11 },
          },
        ]
      : []),
  ]);
}
