import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../errors.js";
import type { ModelWeights } from "../models/weights.js";
import { claimRun } from "./claim.js";
import { type RunConfig, runId } from "./config.js";
import type { Run } from "./record.js";
import { findRun, readRun } from "./store.js";
import { findWeights } from "./weights.js";

const pollMs = 1000;

export type RunWithWeights = Run & { weights: ModelWeights };

export interface WithWeightsOptions {
  seed: number;
  /** Trains the run and keeps its weights. */
  train: () => Promise<unknown>;
  log?: ((line: string) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * A finished run with its weights. Trains it where it was never trained, or where its weights are no longer in the cache
 * (they are not committed): a record that is there stays. Waits where another process is at it.
 */
export async function runWithWeights(
  config: RunConfig,
  { seed, train, log, signal }: WithWeightsOptions,
): Promise<RunWithWeights> {
  const id = runId(config);
  for (let told = false; ; told = true) {
    const present = await withWeights(id, seed);
    if (present) return present;
    const claim = await claimRun(id, seed);
    if (!claim.claimed) {
      if (!told) log?.(`waits for ${id}/${seed}, which another process trains`);
      await sleep(pollMs, undefined, { signal });
      continue;
    }
    try {
      // The other process may have finished between our look and our claim.
      if (!(await withWeights(id, seed))) {
        log?.(`trains ${id}/${seed} first: ${await whyWithout(id, seed)}`);
        await train();
      }
    } finally {
      await claim.release();
    }
    const trained = await withWeights(id, seed);
    if (trained) return trained;
    throw new UserError(`Run ${id}/${seed} was trained, but ${await whyWithout(id, seed)}. Train it again.`);
  }
}

async function withWeights(id: string, seed: number): Promise<RunWithWeights | undefined> {
  const found = await findRun(id, seed);
  if (found.state !== "finished") return undefined;
  const kept = await findWeights(found.record);
  return kept.state === "whole" ? { ...readRun(found), weights: kept.weights } : undefined;
}

async function whyWithout(id: string, seed: number): Promise<string> {
  const found = await findRun(id, seed);
  const weights = found.state === "finished" ? await findWeights(found.record) : undefined;
  return weights?.state === "damaged"
    ? `its weights in the cache are damaged (${weights.reason})`
    : "its weights are not in the cache";
}
