import { UserError } from "../errors.js";
import { tInterval } from "../statistics.js";
import type { GapRow, LikeErrorRow } from "../study/rows.js";
import { dots } from "./dots.js";
import type { SeedValue } from "./estimates.js";
import type { PlotlyFigure } from "./figure.js";
import { optimizerStyle } from "./palette.js";

const sgdStyle = optimizerStyle("SGD+momentum");

/**
 * Dead share at like test error: a row per optimizer, SGD with momentum beside it, and their difference seed by seed
 * with its 95 % interval. `margin`: test error given away at most, points. Seeds without both values are left out.
 */
export function deadAtLikeError(rows: readonly LikeErrorRow[], { margin }: { margin: number }): PlotlyFigure {
  const own = optimizersOf(rows, "dead shares at like test error", ({ dead, sgd }) => [dead, sgd]);
  const most = Math.max(10, ...own.kept.flatMap(({ dead, sgd }) => [dead, sgd]));
  return dots({
    title: `Dead filters at like test error: each optimizer against SGD with momentum`,
    subtitle: [
      `${own.seeds}. Dead share reached within ${margin} point of the lowest test error that both reach. Large marks: mean; small: seeds; bar: lowest to highest, on the right the 95 % interval. Right of 0: more dead than under SGD.`,
    ],
    rows: own.optimizers,
    series: [
      { name: "optimizer", style: optimizerStyle, legendStyle: { color: "#262626", symbol: "circle" } },
      { name: "SGD+momentum at the same error", style: { ...sgdStyle, symbol: "diamond-open" } },
    ],
    panels: [
      {
        name: "Dead share",
        title: "Filters inactive by activation (%)",
        range: [0, Math.min(100, most * 1.1)],
        seeds: (optimizer, { name }) =>
          own
            .of(optimizer)
            .map(({ seed, dead, sgd }) => ({ seed, value: name === "optimizer" ? dead : sgd })),
      },
      {
        name: "Difference, seed by seed",
        title: "Percentage points more dead than SGD",
        range: around(own.optimizers.map((name) => own.of(name).map(({ dead, sgd }) => dead - sgd))),
        spread: "interval",
        seeds: (optimizer, { name }) =>
          name === "optimizer"
            ? own.of(optimizer).map(({ seed, dead, sgd }) => ({ seed, value: dead - sgd }))
            : [],
        reference: 0,
      },
    ],
  });
}

/** Gaps in test error to SGD with momentum: to its best, and to networks with as many survivors; a row per optimizer. */
export function gapByOptimizer(rows: readonly GapRow[]): PlotlyFigure {
  const own = optimizersOf(rows, "gaps in test error", ({ best }) => [best]);
  const values = (optimizer: string, of: "best" | "equal"): SeedValue[] =>
    own
      .of(optimizer)
      .map((row) => ({ seed: row.seed, value: row[of] }))
      .filter(({ value }) => Number.isFinite(value));
  return dots({
    title: "What adaptive methods lose to SGD with momentum, and how much of it is lost capacity",
    subtitle: [
      `${own.seeds}. Large mark: mean; small marks: seeds; bar: 95 % interval. Right of 0: less accurate than SGD. From filled to open: the part of the gap that a smaller network explains.`,
    ],
    rows: own.optimizers,
    series: [
      {
        name: "to the best of SGD",
        style: optimizerStyle,
        legendStyle: { color: "#262626", symbol: "circle" },
      },
      {
        name: "to SGD in a network with as many filters alive",
        style: (optimizer) => {
          const style = optimizerStyle(optimizer);
          return { ...style, symbol: `${style.symbol}-open` };
        },
        legendStyle: { color: "#262626", symbol: "circle-open" },
      },
    ],
    panels: [
      {
        name: "",
        title: "Test error minus that of SGD with momentum (percentage points); left: better",
        range: around(
          own.optimizers.flatMap((name) =>
            (["best", "equal"] as const).map((of) => values(name, of).map(({ value }) => value)),
          ),
        ),
        spread: "interval",
        seeds: (optimizer, { name }) => values(optimizer, name === "to the best of SGD" ? "best" : "equal"),
        reference: 0,
      },
    ],
    unit: " points",
  });
}

/** Room for 0, all values and the intervals of their groups. */
function around(groups: number[][]): [number, number] {
  const ends = groups.flatMap((values) => [...values, ...tInterval(values)]).filter(Number.isFinite);
  const [least, most] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const pad = Math.max(0.5, 0.05 * (most - least));
  return [least - pad, most + pad];
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
  const of = (optimizer: string) => kept.filter((row) => row.optimizer === optimizer);
  const counts = optimizers.map((optimizer) => of(optimizer).length);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const seeds = `${least === most ? most : `${least} to ${most}`} seed${most === 1 ? "" : "s"} per optimizer`;
  return { kept, optimizers, of, seeds };
}
