import { UsageError } from "../errors.js";
import { h01 } from "./h01.js";
import type { Hypothesis } from "./hypothesis.js";

export type { Arm, ArmOptions, ArmRuns, Hypothesis, NamedFigure, Scale, Verdict } from "./hypothesis.js";
export { scaleDefaults } from "./scales.js";
export { type Comparison, decide } from "./verdict.js";

/** All hypotheses, in the order of the collection. */
export const hypotheses: readonly Hypothesis[] = [h01];

/** Finds a hypothesis by what a reader writes: "h01", "h1", "01", "1" or a notebook's name. */
export function findHypothesis(name: string): Hypothesis {
  const number = /^h?0*(\d+)$/i.exec(name.trim())?.[1];
  const id = number === undefined ? name : `h${number.padStart(2, "0")}`;
  const found = hypotheses.find((hypothesis) => hypothesis.id === id || hypothesis.notebook === name);
  if (found === undefined) {
    const known = hypotheses.map((hypothesis) => `${hypothesis.id} (${hypothesis.title})`).join(", ");
    throw new UsageError(`Unknown hypothesis "${name}". Known: ${known}.`);
  }
  return found;
}
