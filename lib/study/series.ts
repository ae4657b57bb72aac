import { UserError } from "../errors.js";
import type { Arm, ArmRuns } from "./arm.js";

/** The arms that one line of a figure joins: one optimizer, one form of penalty, lambda ascending. */
export interface PenaltySeries {
  name: string;
  arms: ArmRuns[];
  /** Of decoupled decay, where the same optimizer has a series with L2 beside it. */
  beside?: true;
}

/**
 * Groups arms by optimizer, and by form of the penalty where an optimizer has both. The unpenalized arm belongs to both
 * forms. Throws `UserError` where two arms would share a place, since a mean over both would be of nothing in particular. Where
 * arms differ in something else, `by` names what sets them apart, and a series is what has one name.
 */
export function penaltySeries(arms: ArmRuns[], by?: (arm: Arm) => string): PenaltySeries[] {
  if (by) return grouped(arms, by).map(([name, own]) => series(name, own));
  return groupByOptimizer(arms).flatMap(([optimizer, own]) => {
    const penalized = own.filter(({ arm }) => arm.lambda > 0);
    const kinds = [...new Set(penalized.map(({ arm }) => arm.config.penalty.kind))];
    if (kinds.length < 2) return [series(optimizer, own)];
    return kinds.map((kind) => {
      const members = own.filter(({ arm }) => arm.lambda === 0 || arm.config.penalty.kind === kind);
      if (kind === "l2") return series(`${optimizer}, L2`, members);
      return { ...series(`${optimizer}, decoupled`, members), beside: true };
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
    return { name, arms: sorted };
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
