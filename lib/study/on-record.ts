import { describeArm } from "../runs/describe.js";
import type { Run } from "../runs/record.js";
import { listRuns, readRun } from "../runs/store.js";
import type { Arm, ArmRuns } from "./arm.js";
import { factorsOf } from "./factors.js";
import { type StudyRuns, studyRuns } from "./study-runs.js";

export interface OnRecordOptions {
  /** What errors were measured on: runs that settings were chosen by saw held-out training images. Default "test". */
  evaluatedOn?: "test" | "validation";
}

/**
 * Every finished run among the committed records, whatever it was trained for, an arm for each configuration. Trains nothing;
 * what is damaged is left out.
 */
export async function runsOnRecord({ evaluatedOn = "test" }: OnRecordOptions = {}): Promise<StudyRuns> {
  const arms = new Map<string, ArmRuns>();
  for (const stored of (await listRuns()).runs) {
    const { record, place } = stored;
    if (place !== "records" || record.dataset.evaluatedOn !== evaluatedOn) continue;
    const own = arms.get(record.id) ?? { arm: armOf(record), runs: [] };
    own.runs.push(readRun(stored));
    arms.set(record.id, own);
  }
  return studyRuns([...arms.values()]);
}

function armOf({ config }: Run["record"]): Arm {
  const { optimizer } = factorsOf(config);
  return { label: describeArm(config), optimizer, lambda: config.penalty.lambda, config };
}
