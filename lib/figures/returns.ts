import { histories, inactiveAt } from "../sparsity/deaths.js";
import { findSleepers, type Sleeper } from "../sparsity/sleep.js";
import { shareInterval } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import { completedRuns, describeData, describeSeeds, requireRuns } from "../study/describe.js";
import type { PlotlyFigure } from "./figure.js";
import { axisId, axisKey, frame, panelDomain, panelName, type Trace } from "./layout.js";
import { milestoneMarks } from "./milestones.js";
import { stateColors, translucent } from "./palette.js";

/** Fewer silent filters than this make no share. */
const fewest = 20;

/** One line of a figure of returns. */
export interface ReturnSeries {
  name: string;
  item: ArmRuns;
  /** Hex color and Plotly dash. */
  style: { color: string; dash: string; symbol: string };
}

export interface ReturnPanel {
  name: string;
  series: ReturnSeries[];
}

/**
 * Share of silent filters that the next probe finds active, over training: a panel per group of arms, all seeds of an arm
 * together, points where at least twenty filters are silent. Marks stand in the middle between the two probes. Throws
 * `UserError` without runs.
 */
export function returnsOverTraining(panels: ReturnPanel[]): PlotlyFigure {
  return lines(panels, {
    title: "How many of the silent filters come back, from probe to probe",
    reading:
      "Of the filters inactive at a probe: share that the next one finds active. Dotted: the learning rate drops (step schedules).",
    xTitle: "Optimizer step, in the middle between the probes",
    groups: ({ item }) => {
      const [first] = completedRuns(item);
      const steps = first?.record.probes.steps ?? [];
      return steps.slice(1, -2).map((step, i) => ({
        x: (step + steps[i + 2]!) / 2,
        name: `after step ${step}`,
        holds: (sleeper) => sleeper.step === step,
      }));
    },
    axis: ({ config: { steps } }) => ({ range: [0, steps], tickformat: ",d" }),
    marks: true,
  });
}

/** The same by how many probes in a row a filter has been silent. */
export function returnsBySleep(panels: ReturnPanel[]): PlotlyFigure {
  const most = 5;
  return lines(panels, {
    title: "Return to life by how long a filter has been silent",
    reading:
      "Of the filters inactive at a probe: share that the next one finds active, all of training together.",
    xTitle: "Probes in a row at which the filter was silent",
    groups: () =>
      Array.from({ length: most }, (_, i) => ({
        x: i + 1,
        name: `silent for ${i + 1}${i + 1 === most ? " or more" : ""}`,
        holds: ({ asleepFor }) => Math.min(most, asleepFor) === i + 1,
      })),
    axis: () => ({
      range: [0.7, most + 0.3],
      tickvals: Array.from({ length: most }, (_, i) => i + 1),
      ticktext: Array.from({ length: most }, (_, i) => (i + 1 === most ? `${most} or more` : `${i + 1}`)),
    }),
  });
}

interface LinesLook {
  title: string;
  reading: string;
  xTitle: string;
  groups: (series: ReturnSeries) => { x: number; name: string; holds: (sleeper: Sleeper) => boolean }[];
  axis: (arm: ArmRuns["arm"]) => Record<string, unknown>;
  marks?: boolean;
}

function lines(panels: ReturnPanel[], look: LinesLook): PlotlyFigure {
  const arms = panels.flatMap(({ series }) => series.map(({ item }) => item));
  requireRuns(arms, "the figure of returns");
  const layout = frame({
    title: look.title,
    subtitle: [
      look.reading,
      `${describeSeeds(arms)}, together in a line. Bars: 95 % intervals that take filters as independent.`,
      describeData(arms),
    ],
    plotHeight: 330,
    legendLines: panels.length,
  });
  const annotations: unknown[] = [];
  const shapes: unknown[] = [];
  const drawn = panels.map(({ series }) => series.map((own) => pointsOf(own, look)));
  // Long bars of few filters may leave the panel: the points decide what is seen.
  const top = Math.max(1, 1.25 * Math.max(...drawn.flat(2).map(({ y }) => y)));
  const data = panels.flatMap(({ name, series }, index) => {
    const axes = { x: axisId("x", index), y: axisId("y", index) };
    const domain = panelDomain(index, panels.length, 0.1);
    const arm = series[0]!.item.arm;
    layout[axisKey("x", index)] = {
      domain,
      anchor: axes.y,
      showgrid: false,
      title: { text: look.xTitle },
      ...look.axis(arm),
    };
    layout[axisKey("y", index)] = {
      anchor: axes.x,
      range: [0, top],
      showticklabels: index === 0,
      ...(index === 0 && { title: { text: "Come back by the next probe (%)" } }),
    };
    annotations.push(panelName({ text: name, x: domain[0] }));
    if (look.marks) {
      const stepped = series.find(({ item }) => item.arm.config.schedule.name === "step");
      const marks = milestoneMarks((stepped ?? series[0]!).item.arm.config, axes);
      annotations.push(...marks.annotations);
      shapes.push(...marks.shapes);
    }
    return series.map((own, i) => line(own, drawn[index]![i]!, axes));
  });
  return { data, layout: { ...layout, annotations, shapes } };
}

interface ReturnPoint {
  x: number;
  /** Share, %, and how far its interval reaches. */
  y: number;
  up: number;
  down: number;
  group: string;
  back: number;
  of: number;
}

function pointsOf(series: ReturnSeries, { groups }: LinesLook): ReturnPoint[] {
  const sleepers = completedRuns(series.item).flatMap(({ filters }) => findSleepers(filters));
  return groups(series).flatMap(({ x, name: group, holds }) => {
    const own = sleepers.filter(holds);
    const back = own.filter(({ returns }) => returns).length;
    if (own.length < fewest) return [];
    const y = (100 * back) / own.length;
    const [low, high] = shareInterval(back, own.length).map((share) => 100 * share) as [number, number];
    return [{ x, y, up: high - y, down: y - low, group, back, of: own.length }];
  });
}

function line({ name, style }: ReturnSeries, points: ReturnPoint[], axes: { x: string; y: string }): Trace {
  return {
    type: "scatter",
    mode: "lines+markers",
    name,
    legendgroup: name,
    showlegend: points.length > 0,
    xaxis: axes.x,
    yaxis: axes.y,
    x: points.map(({ x }) => x),
    y: points.map(({ y }) => rounded(y)),
    line: { color: style.color, dash: style.dash },
    marker: { color: style.color, symbol: style.symbol, size: 7 },
    error_y: {
      type: "data",
      array: points.map(({ up }) => rounded(up)),
      arrayminus: points.map(({ down }) => rounded(down)),
      color: translucent(style.color, 0.45),
      thickness: 1,
      width: 2,
    },
    customdata: points.map(({ group, back, of }) => [group, back, of]),
    hovertemplate: `${name}, %{customdata[0]}<br>%{customdata[1]} of %{customdata[2]} come back: %{y:.1f} %<extra></extra>`,
  };
}

const rounded = (value: number): number => Number(value.toFixed(2));

/** Upper ends of the classes of universality, and their names. */
const answered: [below: number, name: string][] = [
  [1e-3, "up to 0.1 %"],
  [1e-2, "0.1 to 1 %"],
  [1e-1, "1 to 10 %"],
  [0.5, "10 to 50 %"],
  [Number.POSITIVE_INFINITY, "over 50 %"],
];

const kinds = [
  { name: "never found silent", color: stateColors.alive, pattern: "" },
  { name: "came back", color: stateColors.aliveAgain, pattern: "/" },
] as const;

/**
 * What share of the training images the filters that are alive at the end answer to: those that were never found silent
 * during training, and those that came back. A panel per arm, all seeds together. Throws `UserError` without runs.
 */
export function activityOfReturned(arms: ArmRuns[]): PlotlyFigure {
  requireRuns(arms, "the figure of what returned filters do");
  const layout = frame({
    title: "What filters that came back do at the end: share of the training images they answer to",
    subtitle: [
      "Filters alive at the last probe, which looks at all training images. Bars of one color add up to 100 %. Left: answers to hardly any image.",
      `${describeSeeds(arms)}, together. ${describeData(arms)}`,
    ],
    plotHeight: 300,
    bottom: 84,
  });
  const annotations: unknown[] = [];
  const data = arms.flatMap((item, index) => {
    const axes = { x: axisId("x", index), y: axisId("y", index) };
    const domain = panelDomain(index, arms.length, 0.03);
    const groups = universalityAtEnd(item);
    layout[axisKey("x", index)] = {
      domain,
      anchor: axes.y,
      title: { text: "Images answered" },
      tickangle: -35,
      showgrid: false,
    };
    layout[axisKey("y", index)] = {
      anchor: axes.x,
      range: [0, 102],
      showticklabels: index === 0,
      ...(index === 0 && { title: { text: "Filters of the group (%)" } }),
    };
    const counts = `${groups[1].length} of ${groups[0].length + groups[1].length} alive came back`;
    annotations.push(panelName({ text: item.arm.label, x: domain[0] }), {
      text: counts,
      xref: `${axes.x} domain`,
      yref: `${axes.y} domain`,
      x: 0.02,
      y: 0.99,
      xanchor: "left",
      yanchor: "top",
      showarrow: false,
      font: { size: 11 },
    });
    return kinds.map(({ name, color, pattern }, kind): Trace => {
      const own = groups[kind]!;
      const counts = answered.map(
        ([below], i) => own.filter((share) => share <= below && share > (answered[i - 1]?.[0] ?? -1)).length,
      );
      return {
        type: "bar",
        name,
        legendgroup: name,
        showlegend: index === 0,
        xaxis: axes.x,
        yaxis: axes.y,
        x: answered.map(([, label]) => label),
        y: counts.map((count) => (own.length === 0 ? 0 : rounded((100 * count) / own.length))),
        marker: {
          color,
          pattern: { shape: pattern, fgcolor: "#595959", bgcolor: color, size: 6 },
          line: { color: "#595959", width: 0.7 },
        },
        customdata: counts,
        hovertemplate: `${item.arm.label}, ${name}<br>%{x} of the images: %{customdata} of ${own.length} filters<extra></extra>`,
      };
    });
  });
  return { data, layout: { ...layout, annotations, barmode: "group", bargap: 0.25 } };
}

/** Universality at the last probe of the filters alive then: those never found silent since training began, and the rest. */
function universalityAtEnd(item: ArmRuns): [never: number[], returned: number[]] {
  const groups: [number[], number[]] = [[], []];
  for (const { filters } of completedRuns(item)) {
    for (const history of histories(filters).values()) {
      const last = history.at(-1)!;
      if (inactiveAt(filters, last)) continue;
      const slept = history.slice(1, -1).some((row) => inactiveAt(filters, row));
      groups[slept ? 1 : 0].push(1 - filters.selectivity[last]!);
    }
  }
  return groups;
}
