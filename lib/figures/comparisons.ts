import { UserError } from "../errors.js";
import { mean as average, tInterval } from "../statistics.js";
import type { Arm, ArmRuns } from "../study/arm.js";
import { completedRuns, requireRuns } from "../study/describe.js";
import { measures } from "../study/measures.js";
import type { GapRow, LikeErrorRow } from "../study/rows.js";
import { runRows } from "../study/run-rows.js";
import { type PenaltySeries, penaltySeries } from "../study/series.js";
import { type Channel, type ChartOfRows, chart, type SeriesOptions } from "./chart.js";
import type { PlotlyFigure } from "./figure.js";
import { byDeadMeasure, deadRows, optimizerLook, strength } from "./looks.js";
import { inPanel, type Look, type Mark, mean, rule, seeds } from "./marks/index.js";
import { optimizerStyle, stateColors } from "./palette.js";
import { linear, names, share } from "./scales.js";

const reading = "Large mark: mean of the seeds, bar: lowest to highest; small marks: seeds.";
const means = (spread: "range" | "interval" = "range") => mean({ values: "x", spread, joined: false });
const marks: Mark<object>[] = [means(), seeds({ values: "x" })];

interface RowsChart<R extends object> extends ChartOfRows<R> {
  row: (row: R) => string;
  /** Of rows, from the top. */
  names: readonly string[];
  series: SeriesOptions<R> & { names: readonly string[] };
}

/** Charts of conditions below each other: a row for each name, in it a mark for each series. */
export function rowsChart<R extends object>(spec: RowsChart<R>): PlotlyFigure {
  const { row, names: own, ...rest } = spec;
  return chart<R>({
    legend: rest.series.names.length > 1,
    ...rest,
    y: { of: row, scale: names(own), title: "" },
    height: Math.max(90, own.length * (20 + 22 * rest.series.names.length)),
  });
}

export interface BothMeasuresOptions {
  title: string;
  /** What sets an arm apart from those with the same penalty: "Leaky ReLU". */
  row(arm: Arm): string;
}

/** Shares dead by scale and by activation side by side: a row per condition in a panel per penalty strength. */
export function bothMeasures(arms: ArmRuns[], { title, row }: BothMeasuresOptions): PlotlyFigure {
  const labels = new Map(arms.map(({ arm }) => [arm.label, row(arm)]));
  const rows = deadRows(arms).sort((a, b) => a.lambda - b.lambda);
  const title_ = (measure: "deadByScale" | "deadByActivation") => measures[measure].title;
  return rowsChart({
    title,
    reading: `${reading} Further right: more filters dead.`,
    about: arms,
    rows,
    panels: { of: strength, columns: new Set(rows.map(strength)).size },
    x: { of: "value", scale: share, title: "Dead filters (% of all); right: sparser", unit: " %" },
    row: ({ arm }) => labels.get(arm)!,
    names: [...new Set(labels.values())],
    series: { ...byDeadMeasure(title_), names: [title_("deadByActivation"), title_("deadByScale")] },
    marks,
  });
}

const sgdStyle = optimizerStyle("SGD+momentum");
const black = (symbol: string): Look => ({ color: "#262626", symbol });

/**
 * Dead share at matched test error: a row per optimizer, SGD with momentum beside it, and their difference seed by seed
 * with its 95 % interval. `margin`: test error given away at most, points. Seeds without both values are left out.
 */
export function deadAtLikeError(rows: readonly LikeErrorRow[], { margin }: { margin: number }): PlotlyFigure {
  const own = optimizersOf(rows, "dead shares at matched test error", ({ dead, sgd }) => [dead, sgd]);
  const [both, difference] = ["Dead share", "Difference, seed by seed"] as const;
  const [ours, sgds] = ["optimizer", "SGD+momentum at the same error"] as const;
  const most = Math.max(10, ...own.kept.flatMap(({ dead, sgd }) => [dead, sgd]));
  return rowsChart({
    title: "Dead filters at matched test error: each optimizer against SGD with momentum",
    reading: `${own.seeds}. Dead share reached within ${margin} point of the lowest test error that both reach. Large marks: mean; small: seeds; bar: lowest to highest, on the right the 95 % interval. Right of 0: more dead than under SGD.`,
    rows: own.kept.flatMap(({ optimizer, seed, dead, sgd }) => [
      { optimizer, seed, panel: both, series: ours, value: dead },
      { optimizer, seed, panel: both, series: sgds, value: sgd },
      { optimizer, seed, panel: difference, series: ours, value: dead - sgd },
    ]),
    panels: { of: "panel" },
    x: (panel) =>
      panel === both
        ? {
            of: "value",
            scale: linear({ from: 0, to: Math.min(100, most * 1.1) }),
            title: "Filters inactive by activation (%)",
            unit: " %",
          }
        : differences(
            "Percentage points more dead than SGD",
            " %",
            own.of(({ dead, sgd }) => dead - sgd),
          ),
    row: ({ optimizer }) => optimizer,
    names: own.optimizers,
    series: {
      of: "series",
      names: [ours, sgds],
      look: (name, { row }) =>
        name === ours ? optimizerLook(row.optimizer) : { ...sgdStyle, symbol: "diamond-open" },
      legend: (name) => (name === ours ? black("circle") : { ...sgdStyle, symbol: "diamond-open" }),
    },
    marks: [
      inPanel(difference, rule({ x: 0 })),
      inPanel(both, means()),
      inPanel(difference, means("interval")),
      seeds({ values: "x" }),
    ],
  });
}

/** Gaps in test error to SGD with momentum: to its best, and to networks with as many survivors; a row per optimizer. */
export function gapByOptimizer(rows: readonly GapRow[]): PlotlyFigure {
  const own = optimizersOf(rows, "gaps in test error", ({ best }) => [best]);
  const [toBest, toEqual] = ["to the best of SGD", "to SGD in a network with as many filters alive"] as const;
  const values = own.kept.flatMap(({ optimizer, seed, best, equal }) =>
    [
      { optimizer, seed, series: toBest as string, value: best },
      { optimizer, seed, series: toEqual as string, value: equal },
    ].filter(({ value }) => Number.isFinite(value)),
  );
  return rowsChart({
    title: "What adaptive methods lose to SGD with momentum, and how much of it is lost capacity",
    reading: `${own.seeds}. Large mark: mean; small marks: seeds; bar: 95 % interval. Right of 0: less accurate than SGD. From filled to open: the part of the gap that a smaller network explains.`,
    rows: values,
    x: differences(
      "Test error minus that of SGD with momentum (percentage points); left: better",
      " points",
      [...own.of(({ best }) => best), ...own.of(({ equal }) => equal)],
    ),
    row: ({ optimizer }) => optimizer,
    names: own.optimizers,
    series: {
      of: "series",
      names: [toBest, toEqual],
      look(name, { row }) {
        const look = optimizerLook(row.optimizer);
        return name === toBest ? look : { ...look, symbol: `${look.symbol}-open` };
      },
      legend: (name) => black(name === toBest ? "circle" : "circle-open"),
    },
    marks: [rule({ x: 0 }), means("interval"), seeds({ values: "x" })],
  });
}

/** A channel of differences, with room for 0 and the intervals of their groups. */
function differences<R>(title: string, unit: string, groups: number[][]): Channel<R> {
  const holds = [0, ...groups.flatMap((values) => tInterval(values)).filter(Number.isFinite)];
  return { of: "value", scale: linear({ holds, leastPad: 0.5 }), title, unit };
}

/** Rows whose `needed` values are finite, by optimizer in order of appearance, and how many seeds each has. */
function optimizersOf<T extends { optimizer: string; seed: number }>(
  rows: readonly T[],
  what: string,
  needed: (row: T) => number[],
) {
  const kept = rows.filter((row) => needed(row).every(Number.isFinite));
  if (kept.length === 0) {
    throw new UserError(
      `No ${what} to show: no seed has both an optimizer's runs and SGD's. Train them with npm run reproduce.`,
    );
  }
  const optimizers = [...new Set(rows.map(({ optimizer }) => optimizer))];
  const of = (value: (row: T) => number) =>
    optimizers.map((name) =>
      kept
        .filter(({ optimizer }) => optimizer === name)
        .map(value)
        .filter(Number.isFinite),
    );
  const counts = optimizers.map((name) => kept.filter(({ optimizer }) => optimizer === name).length);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const seedsText = `${least === most ? most : `${least} to ${most}`} seed${most === 1 ? "" : "s"} per optimizer`;
  return { kept, optimizers, of, seeds: seedsText };
}

/**
 * One seed of an optimizer and form of penalty: of pairs of filters of one layer, one that dies and one that lives, the share
 * (%) in which a sign early in training tells which dies. NaN where a sign is not known.
 */
export interface ForetoldRow {
  name: string;
  seed: number;
  /** The one that dies has the smaller root mean square gradient on gamma. */
  running: number;
  /** The one that dies has the smaller gradient on gamma, over a few mini-batches. */
  gradient: number;
  /** The one that dies is the more selective. */
  selectivity: number;
}

export type Sign = "running" | "gradient" | "selectivity";

const signs: Record<Sign, Look & { name: string }> = {
  running: {
    name: "small √v, the optimizer's running mean",
    color: stateColors.deadByScale,
    symbol: "square",
  },
  gradient: { name: "small gradient at one probe", color: stateColors.deadByActivation, symbol: "circle" },
  selectivity: { name: "high selectivity", color: "#7A7A7A", symbol: "diamond-open" },
};

/** How well early signs tell which filters of a layer will die: a row per optimizer and form of penalty. */
export function foretoldDeaths(
  rows: readonly ForetoldRow[],
  { seeds: told, data, at }: { seeds: string; data: string; at: string },
): PlotlyFigure {
  if (rows.length === 0) {
    throw new UserError("No filter died in the runs given, so there is no death to foretell.");
  }
  const keys = Object.keys(signs) as Sign[];
  return rowsChart({
    title: "Which filters of a layer will die? How often an early sign tells",
    reading: [
      `${told}. Pairs of filters of one layer, both alive ${at}, of which one dies later and one does not. ${reading} 50 %: a coin.`,
      data,
    ],
    rows: keys.flatMap((sign) =>
      rows
        .filter((row) => Number.isFinite(row[sign]))
        .map(({ name, seed, [sign]: value }) => ({ name, seed, sign: sign as Sign, value })),
    ),
    x: {
      of: "value",
      scale: linear({ from: 20, to: 103 }),
      title: "Pairs in which the sign points at the one that dies (%); right: tells more",
      unit: " %",
    },
    row: ({ name }) => name,
    names: [...new Set(rows.map(({ name }) => name))],
    series: {
      of: ({ sign }) => signs[sign].name,
      names: keys.map((key) => signs[key].name),
      look: (_name, { row }) => ({ ...signs[row.sign] }),
    },
    marks: [rule({ x: 50 }), ...marks],
  });
}

/** What penalties do for one optimizer: its unpenalized arm and the penalized one with the lowest mean test error. */
export interface PenaltyGain {
  series: PenaltySeries;
  none: ArmRuns;
  best: ArmRuns;
}

/** The gains of every optimizer and form of penalty that has both arms with finished runs. */
export function penaltyGains(arms: readonly ArmRuns[]): PenaltyGain[] {
  return penaltySeries(arms.filter((item) => completedRuns(item).length > 0)).flatMap((series) => {
    const none = series.arms.find(({ arm }) => arm.lambda === 0);
    const penalized = series.arms.filter(({ arm }) => arm.lambda > 0);
    if (!none || penalized.length === 0) return [];
    const errorOf = (item: ArmRuns) => average(completedRuns(item).map(measures.testError.of));
    return [{ series, none, best: penalized.reduce((a, b) => (errorOf(b) < errorOf(a) ? b : a)) }];
  });
}

/**
 * Test error without a penalty and at the most accurate one, a row per optimizer and form of penalty, and beside it the
 * dead share of that arm.
 */
export function penaltyGain(arms: ArmRuns[]): PlotlyFigure {
  requireRuns(arms, "the figure of what penalties gain");
  const gains = penaltyGains(arms);
  const shown = gains.flatMap(({ none, best }) => [none, best]);
  const [error, dead] = ["Test error", "Dead share at the most accurate penalty"] as const;
  const [without, at] = ["no penalty", "most accurate penalty"] as const;
  return rowsChart({
    title: "What a penalty does for each optimizer: test error, and filters lost",
    reading,
    about: shown,
    rows: gains.flatMap(({ series: { name }, none, best }) => {
      const [own, others] = [runRows([best]), runRows([none])];
      return [
        ...others.map((row) => ({
          ...row,
          name,
          panel: error as string,
          series: without as string,
          value: row.testError,
        })),
        ...own.map((row) => ({
          ...row,
          name,
          panel: error as string,
          series: at as string,
          value: row.testError,
        })),
        ...own.map((row) => ({
          ...row,
          name,
          panel: dead as string,
          series: at as string,
          value: row.deadByActivation,
        })),
      ];
    }),
    panels: { of: "panel", names: [error, dead] },
    x: (panel) =>
      panel === error
        ? {
            of: "value",
            scale: linear({ pad: 0.08, leastPad: 0.5 }),
            title: "Test error (%); left: better",
            unit: " %",
          }
        : { of: "value", scale: share, title: "Filters inactive by activation (%)", unit: " %" },
    row: ({ name }) => name,
    names: gains.map(({ series }) => series.name),
    series: {
      of: "series",
      names: [without, at],
      look(name, { row }) {
        const look = optimizerLook(row.name);
        return { ...look, symbol: name === without ? "circle-open" : look.symbol!.replace("-open", "") };
      },
      legend: (name) => black(name === without ? "circle-open" : "diamond"),
    },
    marks,
  });
}
