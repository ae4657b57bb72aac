import { setTimeout as sleep } from "node:timers/promises";
import type { Engine, EngineName } from "../engine/engine.js";
import { UserError } from "../errors.js";
import { admitTraining } from "./admission.js";
import { claimRun, describeHolder } from "./claim.js";
import { parseRunConfig, type RunConfigInput, runId } from "./config.js";
import { describeAge, describeArm } from "./describe.js";
import type { ExecuteOptions, executeRun, RunProgress } from "./execute.js";
import { roundFilters } from "./filters.js";
import { type Run, type RunRecord, recordVersion } from "./record.js";
import { type FoundRun, findRun, loadRun, type RunPlace } from "./store.js";
import { trainAndSave } from "./train-and-save.js";

export interface TrainOptions {
  seed: number;
  /** An opened engine, or the name of the one to open on a miss; by default the best one found. */
  engine?: Engine | EngineName;
  /** Folder of each dataset that is not built in or cached, by dataset name. */
  locations?: ExecuteOptions["locations"];
  /** Where a newly trained record goes. Default "records". */
  place?: RunPlace;
  /** Train even if there is a finished record, and put the new one in its place. Default false. */
  force?: boolean;
  /** Seconds between two checkpoints. Default 30, or `FILTER_SPARSITY_CHECKPOINT_SECONDS`. */
  checkpointSeconds?: number;
  /** Keep of the filters only two probes: see `lightRun`. Default false. */
  light?: boolean;
  onProgress?: (progress: RunProgress) => void;
  /** Takes the line that says hit or miss and why. Default: stderr. */
  log?: (line: string) => void;
  /** Leaves the run with a checkpoint. */
  signal?: AbortSignal;
  /** What trains. Default `executeRun`. */
  execute?: typeof executeRun;
}

/** How often a run that another process trains is looked at again. */
const pollMs = 1000;

/**
 * Returns the finished record of this configuration and seed, and trains it only if there is none. If another process
 * trains it at this moment, waits for its record.
 */
export async function loadOrTrain(input: RunConfigInput, options: TrainOptions): Promise<Run> {
  const { seed, force = false, log = (line) => process.stderr.write(`${line}\n`), place, signal } = options;
  const config = parseRunConfig(input);
  const id = runId(config);
  const name = `${id}/${seed}`;
  const stored = await lookUp(id, seed, force);
  log(stored.line);
  if (stored.run) return stored.run;
  await admitTraining([{ config, seed }], { workers: 1, locations: options.locations ?? {} });

  const claim = await waitForClaim(id, seed, force, log, signal);
  if ("run" in claim) return claim.run;
  try {
    const execute = options.execute ?? (await import("./execute.js")).executeRun;
    const { locations, onProgress, checkpointSeconds, light } = options;
    const run = await trainAndSave(config, {
      ...{ execute, seed, locations, onProgress, signal, checkpointSeconds, light, place },
      engine: await openLazily(options.engine),
      replace: stored.replace,
      log: (line) => log(`note ${name} ${line}`),
    });
    log(`done ${name} ${describeArm(config)} (${Math.round(run.record.timing.seconds)} s)`);
    return { record: run.record, filters: roundFilters(run.filters) };
  } finally {
    await claim.release();
  }
}

interface LookUp {
  run?: Run;
  line: string;
  /** The record that stands there is to give way to the new one. */
  replace?: boolean;
}

async function lookUp(id: string, seed: number, force: boolean): Promise<LookUp> {
  const found = await findRun(id, seed);
  refuseNewer(found);
  if (force) return { line: `miss ${id}/${seed}: to be trained afresh`, replace: true };
  if (found.state !== "finished") return { line: `miss ${id}/${seed}: ${whyMissed(found)}` };
  try {
    return { run: await loadRun(id, seed), line: hitLine(found.record) };
  } catch (error) {
    if (error instanceof UserError) return { line: `miss ${id}/${seed}: ${error.message}`, replace: true };
    throw error;
  }
}

/** A newer program's record is neither read nor replaced. */
export function refuseNewer(found: FoundRun): void {
  if (found.state === "other version" && found.version > recordVersion)
    throw new UserError(
      `${found.folder} was written by a newer version of this program (layout ${found.version}, this one knows ${recordVersion}). Update the checkout.`,
    );
}

/** `hit  3fa9c1d2b7aa/1 Adam, L2 1e-3 (trained 2 days ago, tensorflow)` */
export function hitLine({ id, seed, config, timing, environment, status }: RunRecord): string {
  const diverged = status === "diverged" ? "diverged, " : "";
  const when = `trained ${describeAge(timing.startedAt)} ago, ${environment.engine}`;
  return `hit  ${id}/${seed} ${describeArm(config)} (${diverged}${when})`;
}

/** Why there is no finished record, in a few words. */
export function whyMissed(found: Exclude<FoundRun, { state: "finished" }>): string {
  switch (found.state) {
    case "missing":
      return "no record";
    case "other version":
      return `record of another version (${found.version})`;
    case "damaged":
      return `${found.folder} is damaged (${found.reason})`;
  }
}

async function waitForClaim(
  id: string,
  seed: number,
  force: boolean,
  log: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<{ run: Run } | { release(): Promise<void> }> {
  let waited = false;
  for (;;) {
    const result = await claimRun(id, seed);
    if (result.claimed) {
      // The other process may have finished between our look and our claim.
      const stored = waited || !force ? await lookUp(id, seed, false) : undefined;
      if (!stored?.run) return result;
      await result.release();
      log(stored.line);
      return { run: stored.run };
    }
    if (!waited) log(`wait ${id}/${seed}: being trained by ${describeHolder(result.holder)}`);
    waited = true;
    await sleep(pollMs, undefined, { signal });
  }
}

async function openLazily(engine: Engine | EngineName | undefined): Promise<Engine> {
  if (engine && typeof engine === "object") return engine;
  const { openEngine } = await import("../engine/index.js");
  return openEngine({ name: engine });
}
