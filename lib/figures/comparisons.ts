import { UserError } from "../errors.js";
import { type PairedRow, paired, valuesOf } from "../study/paired.js";
import type { GapRow, LikeErrorRow } from "../study/rows.js";
import type { Channel } from "./chart.js";
import type { PlotlyFigure } from "./figure.js";
import { optimizerLook } from "./looks.js";
import { inPanel, rule, seeds } from "./marks/index.js";
import { optimizerStyle } from "./palette.js";
import { black, dotMeans, intervalEnds, rowsChart } from "./rows-chart.js";
import { linear } from "./scales.js";

const sgdStyle = optimizerStyle("SGD+momentum");

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
      inPanel(both, dotMeans()),
      inPanel(difference, dotMeans("interval")),
      seeds({ values: "x" }),
    ],
  });
}

/** Gaps in test error to SGD with momentum: to its best, and to networks with as many survivors; a row per optimizer. */
export function gapByOptimizer(rows: readonly GapRow[]): PlotlyFigure {
  const own = optimizersOf(rows, "gaps in test error", ({ best }) => [best]);
  const [toBest, toEqual] = ["to the best of SGD", "to SGD with as many filters alive"] as const;
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
    marks: [rule({ x: 0 }), dotMeans("interval"), seeds({ values: "x" })],
  });
}

/** A channel of differences, with room for 0 and the intervals of their groups. */
function differences<R>(title: string, unit: string, groups: number[][]): Channel<R> {
  const holds = [0, ...intervalEnds(groups)];
  return { of: "value", scale: linear({ holds, leastPad: 0.5 }), title, unit };
}

/** Rows whose `needed` values are finite, by optimizer, and how many seeds each has. */
function optimizersOf<R extends PairedRow>(
  rows: readonly R[],
  what: string,
  needed: (row: R) => readonly number[],
) {
  const pairs = paired(rows, needed);
  const kept = pairs.flatMap(({ rows: own }) => own);
  if (kept.length === 0) {
    throw new UserError(
      `No ${what} to show: no seed has both an optimizer's runs and SGD's. Train them with npm run reproduce.`,
    );
  }
  const counts = pairs.map(({ rows: own }) => own.length);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return {
    kept,
    optimizers: pairs.map(({ optimizer }) => optimizer),
    of: (value: (row: R) => number) => pairs.map((one) => valuesOf(one, value)),
    seeds: `${least === most ? most : `${least} to ${most}`} seed${most === 1 ? "" : "s"} per optimizer`,
  };
}
