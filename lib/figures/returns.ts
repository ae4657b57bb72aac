import { histories, inactiveAt } from "../sparsity/deaths.js";
import { findSleepers, type Sleeper } from "../sparsity/sleep.js";
import { shareInterval } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import { completedRuns, describeData, describeSeeds, requireRuns } from "../study/describe.js";
import { chart } from "./chart.js";
import type { PlotlyFigure } from "./figure.js";
import { bars, dot, type Look, label, type Mark } from "./marks/index.js";
import { milestoneMarks } from "./milestones.js";
import { stateColors } from "./palette.js";
import { categories, fixed, type ScaleOf } from "./scales.js";

/** Fewer silent filters than this make no share. */
const fewest = 20;

/** One line of a figure of returns. */
export interface ReturnSeries {
  name: string;
  item: ArmRuns;
  style: Look;
}

export interface ReturnPanel {
  name: string;
  series: ReturnSeries[];
}

interface Spec {
  title: string;
  reading: string;
  xTitle: string;
  groups: (series: ReturnSeries) => { x: number; name: string; holds: (sleeper: Sleeper) => boolean }[];
  scale: ScaleOf;
  marks?: readonly Mark<object>[];
}

/**
 * Share of silent filters that the next probe finds active, over training: a panel per group of arms, all seeds of an arm
 * together, points where at least twenty filters are silent. Marks stand in the middle between the two probes. Throws
 * `UserError` without runs.
 */
export function returnsOverTraining(panels: ReturnPanel[]): PlotlyFigure {
  const config = (name: string) => {
    const { series } = panels.find((panel) => panel.name === name)!;
    const stepped = series.find(({ item }) => item.arm.config.schedule.name === "step");
    return (stepped ?? series[0]!).item.arm.config;
  };
  const most = Math.max(...panels.flatMap(({ series }) => series.map(({ item }) => item.arm.config.steps)));
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
    scale: fixed({ range: [0, most], tickformat: ",d", showgrid: false }),
    marks: [{ draw: (_series, { name }) => milestoneMarks(config(name)) }],
  });
}

/** The same by how many probes in a row a filter has been silent. */
export function returnsBySleep(panels: ReturnPanel[]): PlotlyFigure {
  const most = 5;
  const counts = Array.from({ length: most }, (_, i) => i + 1);
  const text = (count: number) => (count === most ? `${count} or more` : `${count}`);
  return lines(panels, {
    title: "Return to life by how long a filter has been silent",
    reading:
      "Of the filters inactive at a probe: share that the next one finds active, all of training together.",
    xTitle: "Probes in a row at which the filter was silent",
    groups: () =>
      counts.map((count) => ({
        x: count,
        name: `silent for ${text(count)}`,
        holds: ({ asleepFor }) => Math.min(most, asleepFor) === count,
      })),
    scale: fixed({ range: [0.7, most + 0.3], tickvals: counts, ticktext: counts.map(text), showgrid: false }),
  });
}

function lines(
  panels: ReturnPanel[],
  { title, reading, xTitle, groups, scale, marks = [] }: Spec,
): PlotlyFigure {
  const arms = panels.flatMap(({ series }) => series.map(({ item }) => item));
  requireRuns(arms, "the figure of returns");
  const looks = new Map(
    panels.flatMap(({ series }) => series).map(({ name, style }) => [name, { ...style, size: 7 }]),
  );
  const rows = panels.flatMap(({ name: panel, series }) =>
    series.flatMap((own) => {
      const sleepers = completedRuns(own.item).flatMap(({ filters }) => findSleepers(filters));
      return groups(own).flatMap(({ x, name, holds }) => {
        const silent = sleepers.filter(holds);
        const back = silent.filter(({ returns }) => returns).length;
        if (silent.length < fewest) return [];
        const [low, high] = shareInterval(back, silent.length).map((share) => 100 * share) as [
          number,
          number,
        ];
        const told = `${own.name}, ${name}<br>${back} of ${silent.length} come back`;
        return [
          { panel, series: own.name, x, share: rounded((100 * back) / silent.length), low, high, told },
        ];
      });
    }),
  );
  type Row = (typeof rows)[number];
  // Long bars of few filters may leave the panel: the points decide what is seen.
  const top = Math.max(1, 1.25 * Math.max(0, ...rows.map(({ share }) => share)));
  return chart({
    title,
    reading: [
      reading,
      `${describeSeeds(arms)}, together in a line. Bars: 95 % intervals that take filters as independent.`,
      describeData(arms),
    ],
    rows,
    panels: {
      of: "panel",
      names: panels.map(({ name }) => name),
      columns: panels.length,
      empty: () => `fewer than ${fewest} silent`,
    },
    x: { of: "x", scale, title: xTitle },
    y: { of: "share", scale: fixed({ range: [0, top] }), title: "Come back by the next probe (%)" },
    series: { of: "series", look: (name) => looks.get(name)!, names: [...looks.keys()] },
    marks: [
      ...marks,
      dot<Row>({
        joined: () => "",
        text: ({ told }) => told,
        hover: "%{y:.1f} %",
        size: 7,
        bar: ({ low, high }) => [low, high],
        legend: true,
        clip: true,
      }),
    ],
    legend: true,
  });
}

const rounded = (value: number): number => Number(value.toFixed(2));

/** Upper ends of the classes of universality, and their names. */
const answered: [below: number, name: string][] = [
  [1e-3, "≤ 0.1"],
  [1e-2, "0.1–1"],
  [1e-1, "1–10"],
  [0.5, "10–50"],
  [Number.POSITIVE_INFINITY, "> 50"],
];

const kinds: Record<string, Look & { pattern: "" | "/" }> = {
  "never found silent": { color: stateColors.alive, pattern: "" },
  "came back": { color: stateColors.aliveAgain, pattern: "/" },
};

/**
 * What share of the training images the filters that are alive at the end answer to: those that were never found silent
 * during training, and those that came back. A panel per arm, all seeds together. Throws `UserError` without runs.
 */
export function activityOfReturned(arms: ArmRuns[]): PlotlyFigure {
  requireRuns(arms, "the figure of what returned filters do");
  const groups = new Map(arms.map((item) => [item.arm.label, universalityAtEnd(item)]));
  return chart({
    title: "What filters that came back do at the end: share of the training images they answer to",
    reading: [
      "Filters alive at the last probe, which looks at all training images. Bars of one color add up to 100 %. Left: answers to hardly any image.",
      `${describeSeeds(arms)}, together. ${describeData(arms)}`,
    ],
    rows: [...groups].flatMap(([arm, own]) =>
      Object.keys(kinds).flatMap((kind, which) =>
        answered.map(([below], at) => {
          const shares = own[which]!;
          const from = answered[at - 1]?.[0] ?? -1;
          const count = shares.filter((share) => share <= below && share > from).length;
          return { arm, kind, at, share: shares.length === 0 ? 0 : rounded((100 * count) / shares.length) };
        }),
      ),
    ),
    panels: { of: "arm", columns: arms.length },
    x: {
      of: "at",
      scale: categories(answered.map(([, name]) => name)),
      title: "Images answered (%)",
    },
    y: { of: "share", scale: fixed({ range: [0, 102] }), title: "Filters of the group (%)", unit: " %" },
    series: { of: "kind", look: (kind) => kinds[kind]! },
    marks: [
      bars({ spread: false, pattern: (kind) => kinds[kind]!.pattern, legend: true }),
      label(
        ({ name }) => {
          const [never, returned] = groups.get(name)!;
          return `${returned.length} of ${never.length + returned.length} alive came back`;
        },
        { x: 0.02, y: 0.99, font: { size: 11 } },
      ),
    ],
    legend: true,
    height: 300,
  });
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
