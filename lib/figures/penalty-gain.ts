import type { Run } from "../runs/record.js";
import { mean } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import { completedRuns, describeData, describeSeeds, requireRuns } from "../study/describe.js";
import { dots } from "./dots.js";
import { seedValues } from "./estimates.js";
import type { PlotlyFigure } from "./figure.js";
import { deadMeasures, shareLimit } from "./measures.js";
import { type StyledSeries, styledSeries } from "./series.js";

const error = ({ record }: Run) => 100 * record.final.testError;
const dead = deadMeasures.activation.percent;

/** What penalties do for one optimizer: its unpenalized arm and the penalized one with the lowest mean test error. */
export interface PenaltyGain {
  series: StyledSeries;
  none: ArmRuns;
  best: ArmRuns;
}

/** The gains of every optimizer and form of penalty that has both arms with finished runs. */
export function penaltyGains(arms: readonly ArmRuns[]): PenaltyGain[] {
  return styledSeries(arms.filter((item) => completedRuns(item).length > 0)).flatMap((series) => {
    const none = series.arms.find(({ arm }) => arm.lambda === 0);
    const penalized = series.arms.filter(({ arm }) => arm.lambda > 0);
    if (!none || penalized.length === 0) return [];
    const errorOf = (item: ArmRuns) => mean(completedRuns(item).map(error));
    return [{ series, none, best: penalized.reduce((a, b) => (errorOf(b) < errorOf(a) ? b : a)) }];
  });
}

/**
 * Test error without a penalty and at the most accurate one, a row per optimizer and form of penalty, and beside it the
 * dead share of that arm.
 */
export function penaltyGain(arms: ArmRuns[]): PlotlyFigure {
  requireRuns(arms, "the figure of what penalties gain");
  const gains = new Map(penaltyGains(arms).map((gain) => [gain.series.name, gain]));
  const shown = [...gains.values()].flatMap(({ none, best }) => [none, best]);
  requireRuns(shown, "the figure of what penalties gain");
  const errors = shown.flatMap(completedRuns).map(error);
  const [least, most] = errors.length > 0 ? [Math.min(...errors), Math.max(...errors)] : [0, 100];
  const pad = Math.max(0.5, 0.08 * (most - least));
  const series = [
    {
      name: "no penalty",
      style: (row: string) => {
        const { style } = gains.get(row)!.series;
        return { ...style, symbol: "circle-open" };
      },
      legendStyle: { color: "#262626", symbol: "circle-open" },
    },
    {
      name: "most accurate penalty",
      style: (row: string) => {
        const { style } = gains.get(row)!.series;
        return { ...style, symbol: style.symbol.replace("-open", "") };
      },
      legendStyle: { color: "#262626", symbol: "diamond" },
    },
  ];
  const armOf = (row: string, name: string) => {
    const { none, best } = gains.get(row)!;
    return name === "no penalty" ? none : best;
  };
  return dots({
    title: "What a penalty does for each optimizer: test error, and filters lost",
    subtitle: [
      `${describeSeeds(shown)}. Large mark: mean of the seeds, bar: lowest to highest; small marks: seeds.`,
      describeData(shown),
    ],
    rows: [...gains.keys()],
    series,
    panels: [
      {
        name: "Test error",
        title: "Test error (%); left: better",
        range: [least - pad, most + pad],
        seeds: (row, { name }) => seedValues(armOf(row, name), error),
      },
      {
        name: "Dead share at the most accurate penalty",
        title: "Filters inactive by activation (%)",
        range: [0, shareLimit(Math.max(0, ...shown.flatMap(completedRuns).map(dead)))],
        seeds: (row, { name }) => (name === "no penalty" ? [] : seedValues(armOf(row, name), dead)),
      },
    ],
  });
}
