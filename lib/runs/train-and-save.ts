import { relative } from "node:path";
import { Checkpoints } from "./checkpoint-folder.js";
import { type RunConfig, runId } from "./config.js";
import type { ExecuteOptions, executeRun } from "./execute.js";
import { lightRun } from "./light.js";
import type { Run } from "./record.js";
import { type SaveOptions, saveRun } from "./save.js";
import { findRun } from "./store.js";
import { type RunWithWeights, runWithWeights } from "./with-weights.js";

export interface TrainAndSaveOptions extends Omit<ExecuteOptions, "checkpoints" | "parent">, SaveOptions {
  /** What trains: `executeRun`. */
  execute: typeof executeRun;
  /** Seconds between two checkpoints. Default: see `CheckpointOptions`. */
  checkpointSeconds?: number;
  /** Keep of the filters only what `lightRun` does. Default false. */
  light?: boolean;
  /** Takes a line that a reader should know: the run goes on from a checkpoint, one is damaged. */
  log?: (line: string) => void;
}

/**
 * Trains one run, from its newest checkpoint if there is one, writes its record and removes its checkpoints. What it
 * starts from is trained before it where its weights are not in the cache.
 */
export async function trainAndSave(config: RunConfig, options: TrainAndSaveOptions): Promise<Run> {
  const { execute, checkpointSeconds: every, light = false, log, place, replace, ...rest } = options;
  const id = runId(config);
  const present = await findRun(id, options.seed);
  const after = present.state === "finished" ? present.record.timing.startedAt : undefined;
  const parent = config.start && (await withItsWeights(config.start.run, options));
  const checkpoints = new Checkpoints(id, options.seed, { every, log, after });
  const whole = await execute(config, { ...rest, parent, checkpoints });
  const run = light ? lightRun(whole) : whole;
  const { setAside } = await saveRun(run, { place, replace });
  if (setAside !== undefined)
    log?.(`the record that stood there was damaged: it is set aside in ${relative(process.cwd(), setAside)}`);
  await checkpoints.remove();
  return run;
}

/** A finished run with its weights, trained where there is none, or where its weights are gone. */
export const withItsWeights = (config: RunConfig, options: TrainAndSaveOptions): Promise<RunWithWeights> =>
  runWithWeights(config, {
    ...{ seed: options.seed, log: options.log, signal: options.signal },
    train: () => trainAndSave(config, { ...options, replace: false }),
  });
