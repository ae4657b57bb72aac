import type { ArmRuns } from "../study/arm.js";
import { completedRuns, describeData, describeSeeds, number, requireRuns } from "../study/describe.js";
import { observationsBySelectivity, type SelectivityGroups } from "../study/selectivity.js";
import { atRisk, kaplanMeier, type Observation } from "../survival.js";
import { arrange, figureWidth, wideOnly } from "./arrange.js";
import { emptyLabel } from "./chart.js";
import type { PlotlyFigure } from "./figure.js";
import { lineOf, scatter } from "./marks/mark.js";
import { translucent } from "./palette.js";
import { type PanelDrawing, panelFigure } from "./panel-figure.js";
import type { Annotation, Trace } from "./plotly.js";

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
  const columns = Math.min(3, drawn.length);
  const names = withinLayers ? thirdNames : groupNames(cuts);
  const panels = drawn.map((item, index): PanelDrawing => {
    const { steps } = item.arm.config;
    const groups = observationsBySelectivity(completedRuns(item), { from, cuts, withinLayers, layers });
    const start = from * steps;
    const ticks = [start, 0.4 * steps, 0.7 * steps, steps];
    const column = index % columns;
    return {
      ...{ row: Math.floor(index / columns), column, name: nameOf(item, drawn[index - column]!) },
      x: {
        range: [start - 0.03 * steps, 1.02 * steps],
        ...{ tickvals: ticks, ticktext: ticks.map((step) => number.format(step)), tickangle: 0 },
        ...{ showgrid: false, title: "Optimizer step", own: true },
      },
      y: { range: [0, 102], title: "Filters still alive (%)" },
      traces: groups.flatMap((own, group) =>
        own.length === 0 ? [] : groupTraces(own, { start, end: steps, group, name: names[group]! }),
      ),
      annotations: riskTable(groups, { ticks, heading: column === 0 }),
    };
  });
  const none: PanelDrawing = {
    ...{ row: 0, column: 0, name: "", traces: [] },
    x: { range: [0, 1], title: "Optimizer step" },
    y: { range: [0, 102], title: "Filters still alive (%)" },
    annotations: [emptyLabel("all runs diverged")],
  };
  const figure = panelFigure(panels.length > 0 ? panels : [none], {
    title: `Survival of filters by their selectivity after ${Math.round(100 * from)} % of training`,
    subtitle: [
      `${describeSeeds(arms)}, together in a curve. Bands: 95 % intervals that take filters as independent. A lower curve: dies more. Below each panel, where there is room: filters at risk, by group.`,
      describeData(arms),
    ],
    heights: [drawn.length > columns ? 190 : 310],
    grid: true,
    legend: true,
    below: 15 * looks.length + 6,
  });
  return arrange(figure, { width: figureWidth });
}

/** An arm's label; without the optimizer that the first of its row names. */
const nameOf = ({ arm }: ArmRuns, first: ArmRuns): string =>
  arm !== first.arm && arm.optimizer === first.arm.optimizer
    ? arm.label.replace(`${arm.optimizer}, `, "")
    : arm.label;

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
  start: number;
  end: number;
  group: number;
  name: string;
}

function groupTraces(observations: Observation[], options: GroupOptions): Trace[] {
  const { start, end, group, name } = options;
  const look = looks[group]!;
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
  return [
    scatter(name, {
      showlegend: false,
      mode: "lines",
      x: outline.map(({ time }) => time),
      y: outline.map(({ value }) => 100 * value),
      fill: "toself",
      fillcolor: translucent(look.color, 0.2),
      line: { width: 0 },
      hoverinfo: "skip",
    }),
    scatter(name, {
      mode: "lines",
      x: curve.map(({ time }) => time),
      y: curve.map(({ survival }) => 100 * survival),
      line: { ...lineOf(look), shape: "hv" },
      customdata: curve.map(({ low, high }) => [100 * low, 100 * high]),
      hovertemplate: `${name}<br>step %{x:,d}: %{y:.0f} % alive (95 % interval %{customdata[0]:.0f} to %{customdata[1]:.0f} %)<extra></extra>`,
    }),
  ];
}

interface RiskTableOptions {
  ticks: number[];
  /** Whether the groups are named at its left. */
  heading: boolean;
}

/** Filters at risk at each tick, for a wide figure: a line per group in the group's color, below the axis. */
function riskTable(groups: Observation[][], { ticks, heading }: RiskTableOptions): Annotation[] {
  const line = (rank: number): Annotation => ({
    name: wideOnly,
    yref: "y domain",
    y: 0,
    yanchor: "top",
    yshift: -44 - 15 * rank,
    showarrow: false,
  });
  const short = ["low", "middle", "high"];
  return groups.flatMap((own, group) => [
    ...ticks.map((tick) => ({
      ...line(group),
      xref: "x" as const,
      x: tick,
      text: number.format(atRisk(own, tick)),
      font: { size: 11, color: looks[group]!.color === "#8C8C8C" ? "#707070" : looks[group]!.color },
    })),
    ...(heading
      ? [
          {
            ...line(group),
            xref: "x domain" as const,
            x: 0,
            xanchor: "right" as const,
            xshift: -8,
            text: short[group],
            font: { size: 11 },
          },
        ]
      : []),
  ]);
}
