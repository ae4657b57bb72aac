import { UserError } from "../errors.js";
import type { Run } from "../runs/record.js";
import { mean } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import { adaptiveOptimizers } from "./optimizer-settings.js";

/** The arms that `holds`; throws where there is none, or none was trained, with the command that trains them. */
export function armsWhere(
  id: string,
  arms: readonly ArmRuns[],
  what: string,
  holds: (arm: ArmRuns["arm"]) => boolean,
): ArmRuns[] {
  const found = arms.filter(({ arm, runs }) => holds(arm) && runs.length > 0);
  if (found.length > 0) return found;
  throw new UserError(
    `${id.toUpperCase()} needs ${what}, and none of its runs is there. Train them: npm run reproduce -- ${id}.`,
  );
}

/** The one arm that `holds`. */
export const armWhere = (...query: Parameters<typeof armsWhere>): ArmRuns => armsWhere(...query)[0]!;

/** The arms with the strongest penalty of all. */
export function strongest(runs: readonly ArmRuns[]): ArmRuns[] {
  const most = Math.max(...runs.map(({ arm }) => arm.lambda));
  return runs.filter(({ arm }) => arm.lambda === most);
}

/** The arms of Adam with an L2 penalty. */
export const adamWithL2 = (id: string, runs: readonly ArmRuns[]): ArmRuns[] =>
  armsWhere(
    id,
    runs,
    "Adam with L2",
    ({ optimizer, lambda, config }) => optimizer === "Adam" && lambda > 0 && config.penalty.kind === "l2",
  );

/** The arms of SGD with momentum, and those of each adaptive method that there is. */
export function plainAndAdaptive(
  id: string,
  runs: readonly ArmRuns[],
): { plain: ArmRuns[]; adaptive: ArmRuns[][] } {
  const of = (name: string) => armsWhere(id, runs, `${name}'s arms`, ({ optimizer }) => optimizer === name);
  return {
    plain: of("SGD+momentum"),
    adaptive: adaptiveOptimizers
      .filter((name) => runs.some(({ arm }) => arm.optimizer === name))
      .map((name) => of(name)),
  };
}

/** Seeds that any of the arms has a run of, ascending. */
export const seedsIn = (arms: readonly ArmRuns[]): number[] =>
  [...new Set(arms.flatMap(({ runs }) => runs.map(({ record }) => record.seed)))].sort((a, b) => a - b);

/** One run to follow filters in: of Adam with L2, the first seed of the middle penalty. */
export function exampleRun(id: string, runs: readonly ArmRuns[]): Run {
  const penalized = adamWithL2(id, runs);
  return penalized[penalized.length >> 1]!.runs[0]!;
}

/** Share of filters inactive by activation at the end, %. */
export const deadByActivation = ({ record }: Run): number => 100 * record.final.deadByActivation;

/** Share of filters inactive by scale at the end, %. */
export const deadByScale = ({ record }: Run): number => 100 * record.final.deadByScale;

/** A measure of one seed's finished runs, the mean over the arms; NaN where an arm has none. */
export function seedMean(arms: readonly ArmRuns[], seed: number, measure: (run: Run) => number): number {
  return mean(
    arms.map(({ runs }) => {
      const run = runs.find(({ record }) => record.seed === seed && record.status === "finished");
      return run ? measure(run) : Number.NaN;
    }),
  );
}
