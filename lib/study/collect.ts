import { relative } from "node:path";
import { setImmediate as others } from "node:timers/promises";
import { runId } from "../runs/config.js";
import type { Run } from "../runs/record.js";
import { RunIndex } from "../runs/run-index.js";
import { readRun, whyUnread } from "../runs/store.js";
import { type Arm, reservedSeeds } from "./arm.js";
import { StudyRuns } from "./study-runs.js";

export interface CollectOptions {
  /** Seeds to take of arms that have none of their own. Default: every one that has a finished record, but the reserved ones. */
  seeds?: readonly number[];
  /** What is on record, where the caller knows. Default: as it is now. */
  stored?: RunIndex;
  /** Runs read before, by id and seed, to which those read now are added: what several studies share is read once. */
  known?: Map<string, Run>;
  /** Takes a line for each run that is damaged or of another version, and so left out. */
  onProblem?: (line: string) => void;
}

/**
 * The finished runs of each arm, seeds ascending; an arm without any keeps its place with none. Trains nothing. What is
 * damaged counts as not there.
 */
export async function collectArmRuns(
  arms: readonly Arm[],
  { seeds, stored: index = new RunIndex(), known, onProblem }: CollectOptions = {},
): Promise<StudyRuns> {
  const collected = new StudyRuns();
  for (const arm of arms) {
    const id = runId(arm.config);
    const wanted = wantedSeeds(arm, seeds) ?? index.seeds(id).filter((seed) => !reservedSeeds.includes(seed));
    const runs: Run[] = [];
    for (const seed of wanted) {
      const name = `${id}/${seed}`;
      const before = known?.get(name);
      const found = before ? undefined : index.find(id, seed);
      if (found && found.state !== "finished" && found.state !== "missing")
        onProblem?.(`${relative(process.cwd(), found.folder)}: ${whyUnread(found)}`);
      const run = found?.state === "finished" ? readRun(found) : before;
      if (!run) continue;
      known?.set(name, run);
      runs.push(run);
    }
    collected.push({ arm, runs });
    await others();
  }
  return collected;
}

function wantedSeeds({ seeds: own }: Arm, asked: readonly number[] | undefined): number[] | undefined {
  const seeds = own ?? asked;
  return seeds && [...new Set(seeds)].sort((a, b) => a - b);
}
