import type { Arm, ArmRuns } from "../study/arm.js";
import { lambdasOf, type PenaltySeries, penaltySeries } from "../study/series.js";
import { type OptimizerStyle, optimizerStyle, tint } from "./palette.js";

export interface StyledSeries extends PenaltySeries {
  style: OptimizerStyle;
}

/** `penaltySeries` in their optimizers' looks; decoupled decay beside L2 gets the open marker, on a dotted line. */
export const styledSeries = (arms: ArmRuns[], by?: (arm: Arm) => string): StyledSeries[] =>
  penaltySeries(arms, by).map((series) => {
    const style = optimizerStyle(series.arms[0]!.arm.optimizer);
    return {
      ...series,
      style: series.beside ? { ...style, symbol: `${style.symbol}-open`, dash: "2px,4px" } : style,
    };
  });

export interface LineStyle {
  color: string;
  /** Plotly line dash. */
  dash: string;
}

/** The stronger the penalty among an optimizer's own, the fuller its color and the more solid the line. */
export function lambdaStyle(lambda: number, { style, arms }: StyledSeries): LineStyle {
  const lambdas = lambdasOf(arms);
  const rank = lambdas.indexOf(lambda);
  const fromTop = lambdas.length - 1 - rank;
  const weight = lambdas.length === 1 ? 1 : 0.5 + (0.5 * rank) / (lambdas.length - 1);
  return {
    color: tint(style.color, weight),
    dash: ["solid", "10px,3px", "5px,3px", "2px,3px"][Math.min(fromTop, 3)]!,
  };
}

/** Lines of arms in an order of their own: the first in its optimizer's full color and solid, the others lighter and dashed. */
export const rankedStyle = ({ arm }: ArmRuns, rank: number, count: number): LineStyle => ({
  color: tint(optimizerStyle(arm.optimizer).color, 1 - (0.5 * rank) / Math.max(1, count - 1)),
  dash: ["solid", "10px,3px", "3px,3px", "8px,3px,2px,3px"][rank % 4]!,
});
