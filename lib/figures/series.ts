import { UserError } from "../errors.js";
import type { Arm, ArmRuns } from "../hypotheses/hypothesis.js";
import { type OptimizerStyle, optimizerStyle, tint } from "./palette.js";

/** The arms that one line of a figure joins: one optimizer, one form of penalty, lambda ascending. */
export interface PenaltySeries {
  name: string;
  style: OptimizerStyle;
  arms: ArmRuns[];
}

/**
 * Groups arms by optimizer, and by form of the penalty where an optimizer has both: L2 keeps the filled marker,
 * decoupled weight decay gets the open one, on a dotted line. The unpenalized arm belongs to both forms. Throws `UserError` where
 * two arms would share a place, since a mean over both would be of nothing in particular. Where arms differ in something
 * else, `by` names what sets them apart, and a series is what has one name.
 */
export function penaltySeries(arms: ArmRuns[], by?: (arm: Arm) => string): PenaltySeries[] {
  if (by) return grouped(arms, by).map(([name, own]) => series(name, own));
  return groupByOptimizer(arms).flatMap(([optimizer, own]) => {
    const penalized = own.filter(({ arm }) => arm.lambda > 0);
    const kinds = [...new Set(penalized.map(({ arm }) => arm.config.penalty.kind))];
    if (kinds.length < 2) return [series(optimizer, own)];
    return kinds.map((kind) => {
      const members = own.filter(({ arm }) => arm.lambda === 0 || arm.config.penalty.kind === kind);
      const made = series(`${optimizer}, ${kind === "l2" ? "L2" : "decoupled"}`, members);
      if (kind === "l2") return made;
      return { ...made, style: { ...made.style, symbol: `${made.style.symbol}-open`, dash: "2px,4px" } };
    });
  });

  function series(name: string, members: ArmRuns[]): PenaltySeries {
    const sorted = [...members].sort((a, b) => a.arm.lambda - b.arm.lambda);
    sorted.forEach(({ arm }, i) => {
      const before = sorted[i - 1]?.arm;
      if (before?.lambda === arm.lambda) {
        throw new UserError(
          `Arms "${before.label}" and "${arm.label}" would share a place in a figure against lambda. Expected one arm per optimizer, penalty and lambda: give the figure fewer arms.`,
        );
      }
    });
    return { name, style: optimizerStyle(sorted[0]!.arm.optimizer), arms: sorted };
  }
}

/** Arms by optimizer, in order of first appearance. */
export const groupByOptimizer = (arms: ArmRuns[]): [optimizer: string, arms: ArmRuns[]][] =>
  grouped(arms, ({ optimizer }) => optimizer);

function grouped(arms: ArmRuns[], by: (arm: Arm) => string): [name: string, arms: ArmRuns[]][] {
  const groups = new Map<string, ArmRuns[]>();
  for (const item of arms) {
    const name = by(item.arm);
    groups.set(name, [...(groups.get(name) ?? []), item]);
  }
  return [...groups];
}

/** The penalty strengths of some arms, ascending, each once. */
export const lambdasOf = (arms: ArmRuns[]): number[] =>
  [...new Set(arms.map(({ arm }) => arm.lambda))].sort((a, b) => a - b);

export interface LineStyle {
  color: string;
  /** Plotly line dash. */
  dash: string;
}

/** The stronger the penalty among an optimizer's own, the fuller its color and the more solid the line. */
export function lambdaStyle(lambda: number, { style, arms }: PenaltySeries): LineStyle {
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
