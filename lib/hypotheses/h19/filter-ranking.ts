import type { PlotlyFigure } from "../../figures/figure.js";
import { type Look, mean as meanMark, rule, seeds } from "../../figures/marks/index.js";
import { rowsChart } from "../../figures/rows-chart.js";
import { linear } from "../../figures/scales.js";
import type { Run } from "../../runs/record.js";
import { areaUnderCurve, mean } from "../../statistics.js";
import type { ArmRuns } from "../../study/arm.js";
import { describeData, describeSeeds } from "../../study/describe.js";
import { seedMean, seedsIn } from "../select.js";
import { earlyFilters } from "./early-signs.js";

/** What filters are ranked by. */
export type RankedBy = "scale" | "pace" | "selectivity";

const rankedBy: Record<RankedBy, string> = {
  scale: "small |γ|",
  pace: "|γ| falling fast",
  selectivity: "selective",
};

/** Fewest filters on either side for an area that means something. */
const fewest = 5;

/**
 * Area under the ROC curve, 0 to 1, for telling the filters that will be dead at the end from the others, among those alive
 * after a share of training; NaN with fewer than 5 of either.
 */
export function filterRanking(run: Run, by: RankedBy, share: number): number {
  const { logGamma, pace, selectivity, inactive } = earlyFilters(run, share);
  const final = earlyFilters(run, 1);
  const alive = inactive.flatMap((is, filter) => (is ? [] : [filter]));
  const dies = alive.map((filter) => final.inactive[filter]!);
  const deaths = dies.filter(Boolean).length;
  if (Math.min(deaths, dies.length - deaths) < fewest) return Number.NaN;
  const scores = { scale: logGamma.map((value) => -value), pace, selectivity }[by];
  return areaUnderCurve(
    alive.map((filter) => scores[filter]!),
    dies,
  );
}

/** The same in %, mean over the arms in which it can be told, for one seed; NaN where there is none. */
export const meanRanking = (arms: readonly ArmRuns[], seed: number, by: RankedBy, share: number): number =>
  100 *
  mean(
    arms
      .map((item) => seedMean([item], seed, (run) => filterRanking(run, by, share)))
      .filter(Number.isFinite),
  );

/** How well each way to rank filters tells those that will die, a row per optimizer. */
export function rankingFigure(known: ArmRuns[], share: number): PlotlyFigure {
  const looks: Record<string, Look> = {
    "small |γ|": { color: "#332288", symbol: "square" },
    "|γ| falling fast": { color: "#D55E00", symbol: "circle" },
    selective: { color: "#009E73", symbol: "diamond" },
  };
  const kinds = Object.entries(rankedBy) as [RankedBy, string][];
  const optimizers = [...new Set(known.map(({ arm }) => arm.optimizer))];
  return rowsChart({
    title: `Which filters will die? Told after ${100 * share} % of training`,
    reading: [
      `${describeSeeds(known)}; small marks: seeds, each the mean over the optimizer's arms with at least ${fewest} deaths and survivors.`,
      describeData(known),
    ],
    rows: optimizers.flatMap((optimizer) => {
      const own = known.filter(({ arm }) => arm.optimizer === optimizer);
      return kinds.flatMap(([by, name]) =>
        seedsIn(own)
          .map((seed) => ({ optimizer, name, seed, value: meanRanking(own, seed, by, share) }))
          .filter(({ value }) => Number.isFinite(value)),
      );
    }),
    x: {
      of: "value",
      scale: linear({ from: 20, to: 102 }),
      title: "Area under the ROC curve (%, 50 is chance, higher is better)",
      unit: " %",
    },
    row: ({ optimizer }) => optimizer,
    names: optimizers,
    series: { of: "name", names: kinds.map(([, name]) => name), look: (name) => looks[name]! },
    marks: [rule({ x: 50 }), meanMark({ values: "x", joined: false }), seeds({ values: "x" })],
  });
}
