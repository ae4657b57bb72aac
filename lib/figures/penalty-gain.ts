import { mean } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import { completedRuns, requireRuns } from "../study/describe.js";
import { measures } from "../study/measures.js";
import { runRows } from "../study/run-rows.js";
import { type PenaltySeries, penaltySeries } from "../study/series.js";
import type { PlotlyFigure } from "./figure.js";
import { optimizerLook } from "./looks.js";
import { black, dotMarks, dotsReading, rowsChart } from "./rows-chart.js";
import { linear, share } from "./scales.js";

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
    const errorOf = (item: ArmRuns) => mean(completedRuns(item).map(measures.testError.of));
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
    reading: dotsReading,
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
    marks: dotMarks,
  });
}
