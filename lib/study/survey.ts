import { type Holder, heldClaims } from "../runs/claim.js";
import { type Failure, readFailures } from "../runs/failures.js";
import type { PlannedRun } from "./plan.js";

/** How far a planned run is, as the shared folders tell; a run that failed and is tried again is "running". */
export interface SurveyedRun extends PlannedRun {
  status: "finished" | "running" | "failed" | "missing";
  /** Who trains it, if it is running. */
  holder?: Holder;
  /** Its latest failure, if it failed. */
  failure?: Failure;
}

/** Looks at claims and failures of planned runs; anyone who sees the same folders can ask. */
export async function surveyRuns(runs: readonly PlannedRun[]): Promise<SurveyedRun[]> {
  const [claims, failures] = await Promise.all([heldClaims(), readFailures()]);
  return runs.map((run) => {
    const name = `${run.id}/${run.seed}`;
    const failure = failures.get(name);
    if (run.finished) return { ...run, status: "finished" };
    if (claims.has(name)) return { ...run, status: "running", holder: claims.get(name) };
    return failure ? { ...run, status: "failed", failure } : { ...run, status: "missing" };
  });
}
