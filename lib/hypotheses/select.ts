import { UserError } from "../errors.js";
import type { Run } from "../runs/record.js";
import { mean } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import { type Selector, selectorText, studyRuns } from "../study/study-runs.js";

/** The arms that a selector chooses; throws where there is none, or none was trained, with the command that trains them. */
export function needed(id: string, arms: readonly ArmRuns[], selector: Selector): ArmRuns[] {
  const found = studyRuns(arms)
    .where(selector)
    .filter(({ runs }) => runs.length > 0);
  if (found.length > 0) return found;
  throw missingArms(id, selector);
}

/** What is said where no arm of a selector was trained. */
export const missingArms = (id: string, selector: Selector): UserError =>
  new UserError(
    `${id.toUpperCase()} needs arms with ${selectorText(selector)}, and none of their runs is there. Train them: npm run reproduce -- ${id}.`,
  );

/** Adam's arms with L2. */
export const adamL2 = { optimizer: "Adam", penalty: "L2" } as const;

/** Seeds that any of the arms has a run of, ascending. */
export const seedsIn = (arms: readonly ArmRuns[]): number[] =>
  [...new Set(arms.flatMap(({ runs }) => runs.map(({ record }) => record.seed)))].sort((a, b) => a - b);

/** One run to follow filters in: of Adam with L2, the first seed of the middle penalty. */
export function exampleRun(id: string, runs: readonly ArmRuns[]): Run {
  const penalized = needed(id, runs, adamL2);
  return penalized[penalized.length >> 1]!.runs[0]!;
}

/** A measure of one seed's finished runs, the mean over the arms; NaN where an arm has none. */
export function seedMean(arms: readonly ArmRuns[], seed: number, measure: (run: Run) => number): number {
  return mean(
    arms.map(({ runs }) => {
      const run = runs.find(({ record }) => record.seed === seed && record.status === "finished");
      return run ? measure(run) : Number.NaN;
    }),
  );
}
