import { readdir } from "node:fs/promises";
import { dirname } from "node:path";
import { runId } from "../runs/config.js";
import type { Run } from "../runs/record.js";
import { findRun, readRun, runFolder } from "../runs/store.js";
import type { Arm, ArmRuns } from "./arm.js";

export interface CollectOptions {
  /** Seeds to take. Default: every one that has a finished record. */
  seeds?: readonly number[];
  /** Runs read before, by id and seed, to which those read now are added: what several studies share is read once. */
  known?: Map<string, Run>;
}

/**
 * The finished runs of each arm, seeds ascending; an arm without any keeps its place with none. Trains nothing. Throws
 * `UserError` where a finished run's table is damaged.
 */
export async function collectArmRuns(
  arms: readonly Arm[],
  { seeds, known }: CollectOptions = {},
): Promise<ArmRuns[]> {
  return Promise.all(
    arms.map(async (arm) => {
      const id = runId(arm.config);
      const wanted = seeds ? [...new Set(seeds)].sort((a, b) => a - b) : await storedSeeds(id);
      const runs: Run[] = [];
      for (const seed of wanted) {
        const name = `${id}/${seed}`;
        const before = known?.get(name);
        const found = before ? undefined : await findRun(id, seed);
        const run = found?.state === "finished" ? await readRun(found) : before;
        if (!run) continue;
        known?.set(name, run);
        runs.push(run);
      }
      return { arm, runs };
    }),
  );
}

/** Seeds of a configuration that have a folder in either place, ascending. */
async function storedSeeds(id: string): Promise<number[]> {
  const folders = [dirname(runFolder(id, 0, "records")), dirname(runFolder(id, 0, "cache"))];
  const names = (await Promise.all(folders.map((folder) => readdir(folder).catch(() => [])))).flat();
  const seeds = names.flatMap((name) => {
    const seed = /^seed-(\d+)$/.exec(name)?.[1];
    return seed === undefined ? [] : [Number(seed)];
  });
  return [...new Set(seeds)].sort((a, b) => a - b);
}
