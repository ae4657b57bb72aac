import { UserError } from "../errors.js";
import { describeArm, describeDataset } from "../runs/describe.js";
import type { Run } from "../runs/record.js";
import type { Arm, ArmRuns } from "../study/arm.js";
import { completedRuns, describeData, describeSeeds, requireRuns } from "../study/describe.js";
import { type FilterRow, filterRowsOf } from "../study/filter-rows.js";
import { type FilterHistory, filterHistories, stateOf } from "../study/filter-states.js";
import { type Channel, chart, entry } from "./chart.js";
import type { PlotlyFigure } from "./figure.js";
import { whyEmpty } from "./looks.js";
import { dot, inPanel, type Look, label, type Mark, rule } from "./marks/index.js";
import { milestoneMarks } from "./milestones.js";
import { stateColors } from "./palette.js";
import { fixed, linear, log } from "./scales.js";

const looks: Record<string, Look & { name: string }> = {
  alive: { name: "alive", color: "#8C8C8C", symbol: "circle-open", size: 5 },
  "dead by activation": {
    name: "dead by activation",
    color: stateColors.deadByActivation,
    symbol: "diamond",
    size: 6,
  },
  "dead by scale": {
    ...{ name: "dead by scale (|γ| < 10<sup>−3</sup>, dotted line)", color: stateColors.deadByScale },
    ...{ symbol: "square", size: 5 },
  },
};
const states = Object.keys(looks);

const rounded = (value: number): number => Number(value.toPrecision(4));

/** A power of ten as a reader writes it. */
const power = (exponent: number): string =>
  exponent === 0 ? "1" : `10<sup>${String(exponent).replace("-", "−")}</sup>`;

/** A logarithmic axis whose places are decimal logarithms, so that what is at its end or below can stand there. */
const decades = (range: [number, number], ticks: readonly number[], least = "") =>
  fixed({
    range,
    tickvals: [...ticks],
    ticktext: ticks.map((tick, i) => (i === 0 && least ? least : power(tick))),
  });

interface ScatterSpec {
  title: string;
  reading: string;
  /** What sets an arm apart, above its panel. */
  name: (arm: Arm) => string;
  columns: number;
  x: (arm: Arm) => Channel<FilterRow>;
  y: Channel<FilterRow>;
  hover: string;
  /** Dotted lines across an arm's panel. */
  thresholds: (arm: Arm) => ({ x: number } | { y: number })[];
}

/** Every filter at the last probe as a mark by its state: a panel per arm, of the first seed that did not diverge. */
function filterScatter(arms: ArmRuns[], spec: ScatterSpec): PlotlyFigure {
  const { title, reading, name, columns, x, y, hover, thresholds } = spec;
  requireRuns(arms, `the figure "${title}"`);
  const byLabel = new Map(arms.map((item) => [item.arm.label, item]));
  const rows = arms.flatMap((item) =>
    completedRuns(item)
      .slice(0, 1)
      .flatMap((run) => [...filterRowsOf(item.arm, run)])
      .map((row) => ({ ...row, state: stateOf(row.gamma, row.maxActivation) })),
  );
  const labels = [...byLabel.keys()];
  return chart<FilterRow>({
    title,
    reading: [
      `${describeSeeds(arms)}, of which the first is shown; one mark per filter. ${reading}`,
      describeData(arms),
    ],
    rows,
    panels: {
      of: "arm",
      names: labels,
      columns: Math.min(columns, arms.length),
      title: (own) => name(byLabel.get(own)!.arm),
      empty: (own) => whyEmpty(byLabel.get(own)!),
    },
    x: (own) => x(byLabel.get(own)!.arm),
    y,
    series: { of: "state", names: states, look: (state) => looks[state]! },
    marks: [
      ...labels.flatMap((own) =>
        thresholds(byLabel.get(own)!.arm).map((at) =>
          inPanel(own, rule(at, { width: 1, dash: "dot", front: true })),
        ),
      ),
      ...states.map((state): Mark<FilterRow> => {
        const mark = dot<FilterRow>({
          text: ({ layer, filter }) => `${layer}, filter ${filter}, ${state}`,
          hover,
          size: looks[state]!.size!,
          opacity: 0.75,
          outline: 0.8,
        });
        return {
          draw: (series, panel) =>
            mark.draw(
              series.filter((own) => own.name === state),
              panel,
            ),
        };
      }),
    ],
    legend: true,
    entries: states.map((state) => entry(looks[state]!.name, { ...looks[state]!, size: 9 })),
    itemWidth: 30,
    height: arms.length > columns ? 205 : 330,
  });
}

export interface ScatterOptions {
  /** What sets an arm apart: "Leaky ReLU". Default: its label. */
  name?: (arm: Arm) => string;
  /** Panels in a row. Default 3. */
  columns?: number;
}

/**
 * Scatter of beta against |gamma| of every filter at the last probe, by state: a panel per arm, of the first seed that
 * did not diverge. Networks without normalization have no gamma: their biases stand against the norms of their weights.
 */
export function gammaBetaScatter(
  arms: ArmRuns[],
  { name = ({ label: own }) => own, columns = 3 }: ScatterOptions = {},
): PlotlyFigure {
  const hasGamma = ({ config }: Arm) => config.model.normalization !== "none";
  const place = (size: number) => rounded(Math.max(-7, Math.log10(Math.abs(size))));
  return filterScatter(arms, {
    title: "Where β and |γ| of every filter end, by state",
    reading:
      "Left of the dotted line: dead by scale. Dead by activation: β too low for its |γ| to open ReLU. Left edge: |γ| ≤ 10<sup>−7</sup>.",
    name,
    columns,
    x: (arm) =>
      hasGamma(arm)
        ? {
            of: ({ gamma }) => place(gamma),
            scale: decades([-7.3, 1], [-6, -3, 0]),
            title: "|γ| (log scale)",
          }
        : {
            of: ({ weightNorm }) => place(weightNorm),
            scale: decades([-4, 2], [-3, 0]),
            title: "no γ: norm of the weights (log scale)",
          },
    y: {
      of: ({ beta }) => rounded(beta),
      scale: linear({ holds: [0], axis: { zeroline: true, zerolinecolor: "#8C8C8C" } }),
      title: "β (bias without BatchNorm)",
    },
    hover: "log10 %{x:.2f}, β %{y:.3f}",
    thresholds: (arm) => (hasGamma(arm) ? [{ x: -3 }] : []),
  });
}

/** Values below are put here: a logarithm has no place for 0. */
const floors = { gamma: -12, activation: -15 };

/**
 * Scatter of the largest activation over the training images against |gamma|, both on logarithmic axes, of every filter at
 * the last probe: a panel per arm, of the first seed that did not diverge. Both definitions of dead are dotted lines.
 */
export const activationByScale = (
  arms: ArmRuns[],
  { name = ({ label: own }) => own, columns = 3 }: ScatterOptions = {},
): PlotlyFigure =>
  filterScatter(arms, {
    title: "What is left of every filter: its largest activation against its scale",
    reading:
      "Dotted lines: the definitions of dead, by scale left of 10<sup>−3</sup>, by activation below 10<sup>−12</sup>. Lower edge: silent, or nearly; left edge: |γ| ≤ 10<sup>−12</sup>.",
    name,
    columns,
    x: () => ({
      of: ({ gamma }) => rounded(Math.max(floors.gamma, Math.log10(Math.abs(gamma)))),
      scale: decades([floors.gamma - 0.5, 1], [-12, -9, -6, -3, 0]),
      title: "|γ| (log scale)",
    }),
    y: {
      of: ({ maxActivation }) => rounded(Math.max(floors.activation, Math.log10(maxActivation))),
      scale: decades([floors.activation - 0.7, 2], [floors.activation, -12, -9, -6, -3, 0], "0"),
      title: "Largest activation (log scale)",
    },
    hover: "log10 |γ| %{x:.1f}, log10 of the largest activation %{y:.1f}",
    thresholds: () => [{ x: -3 }, { y: -12 }],
  });

export interface TrajectoryOptions {
  /** How many filters of each kind at most. Default 6. */
  count?: number;
}

const kinds: (Look & { name: string })[] = [
  { name: "lives to the end", color: "#7A7A7A", dash: "5px,3px" },
  {
    name: "dies by shift of β (×: when it falls silent)",
    color: stateColors.deadByActivation,
    dash: "10px,3px",
  },
  { name: "dies by scale (×: when)", color: stateColors.deadByScale, dash: "solid" },
];

/**
 * |gamma| over training of a few filters of one run that die and a few that live: chosen evenly from all, by time of
 * death and by final |gamma|. A cross marks each death. Throws `UserError` for a network without gamma.
 */
export function gammaTrajectories(run: Run, { count = 6 }: TrajectoryOptions = {}): PlotlyFigure {
  const { record, filters } = run;
  if (record.config.model.normalization === "none") {
    throw new UserError(
      "A network without normalization has no gamma to follow. Give a run of another model.",
    );
  }
  const histories = filterHistories(run);
  const size = ({ rows }: FilterHistory) => Math.abs(filters.gamma[rows.at(-1)!]!);
  const byDeath = (cause: "scale" | "shift") =>
    histories.filter(({ death }) => death?.cause === cause).sort((a, b) => a.death!.step - b.death!.step);
  const groups = [
    evenly(
      histories.filter(({ death }) => !death).sort((a, b) => size(a) - size(b)),
      count,
    ),
    evenly(byDeath("shift"), count),
    evenly(byDeath("scale"), count),
  ];
  const rows = groups.flatMap((group, kind) =>
    group.flatMap(({ layer, filter, rows: own, death }) =>
      own.map((row) => ({
        name: kinds[kind]!.name,
        filter: `${record.model.layers[layer]!.name}, filter ${filter}`,
        step: filters.step[row]!,
        gamma: Number(Math.abs(filters.gamma[row]!).toPrecision(4)),
        dies: filters.step[row] === death?.step,
      })),
    ),
  );
  type Row = (typeof rows)[number];
  return chart({
    title: `How |γ| travels in filters that die and filters that live: ${describeArm(record.config)}`,
    reading: [
      `${groups.flat().length} of ${histories.length} filters of seed ${record.seed}, chosen evenly by time of death and by final |γ|. Straight lines down: decay at a constant rate.`,
      describeDataset(record.config),
    ],
    rows,
    x: {
      of: "step",
      scale: linear({ from: 0, to: record.final.step * 1.01, axis: { tickformat: ",d", showgrid: false } }),
      title: "Optimizer step",
    },
    y: {
      of: "gamma",
      // Exact zeros have no logarithm.
      scale: log({ floor: 1e-7, range: [-7.2, 0.7], minor: false }),
      title: "|γ| (log scale; exact zeros at 10<sup>−7</sup>)",
    },
    series: { of: "name", look: (name) => kinds.find((kind) => kind.name === name)! },
    marks: [
      { draw: () => milestoneMarks(record.config) },
      rule({ y: 1e-3 }, { width: 1, dash: "dot", front: true }),
      label("dead by scale below 10<sup>−3</sup>", { x: 0.995, y: 0.53, bgcolor: "#FFFFFF", borderpad: 0 }),
      dot<Row>({
        joined: ({ filter }) => filter,
        text: ({ filter, name }) => `${filter}, ${name.replace(/ \(.*/, "")}`,
        hover: "step %{x:,d}: |γ| %{y:.2e}",
        symbol: () => "x-thin",
        size: ({ dies }) => (dies ? 10 : 0),
        outline: ({ dies }) => (dies ? 2.5 : 0),
        legend: true,
      }),
    ],
    legend: true,
    height: 400,
  });
}

/** At most `count` items, evenly spread over a list: its ends among them, or the middle one alone. */
function evenly<T>(items: T[], count: number): T[] {
  if (items.length <= count) return items;
  if (count === 1) return [items[items.length >> 1]!];
  return Array.from({ length: count }, (_, i) => items[Math.round((i * (items.length - 1)) / (count - 1))]!);
}
