import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { EngineName } from "../engine/engine.js";
import { threadSettings } from "../engine/threads.js";
import { messageOf, UserError } from "../errors.js";
import type { TrainedModel } from "../pruning/model.js";
import { environmentWith } from "../settings.js";
import { type Latency, latencies, type Turns, type Variant } from "./latency.js";

export interface LatencyOptions {
  engine: EngineName;
  batches: readonly number[];
  /** Spent on each variant and batch, warm-up aside. */
  seconds: number;
  /** Default 1. */
  threads?: number;
  onBatch?: (batch: number) => void;
}

/** What a latency process is asked for. */
export interface LatencyRequest {
  engine: EngineName;
  models: Omit<TrainedModel, "network">[];
  batch: number;
  seconds: number;
}

/** Its answer. */
export type LatencyAnswer = { turns: Turns[]; version: string } | { error: string };

/**
 * Measures variants in turns, in a process of its own, since a process has one engine. The first variant is what the
 * others are compared with. Throws `UserError` where the engine does not open.
 */
export async function measureLatency(
  variants: readonly Variant[],
  { engine, batches, seconds, threads = 1, onBatch }: LatencyOptions,
): Promise<{ latencies: Latency[]; version: string }> {
  const child = fork(fileURLToPath(new URL("./latency-worker.js", import.meta.url)), {
    env: environmentWith({ ...threadSettings(threads), FILTER_SPARSITY_ENGINE: engine }),
    execArgv: [],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const exited = once(child, "exit").then(() => [{ error: "its process ended" }]);
  const models = variants.map(({ model: { network: _, ...rest } }) => rest);
  const results: Latency[] = [];
  let version = "";
  try {
    for (const batch of batches) {
      onBatch?.(batch);
      const request: LatencyRequest = { engine, models, batch, seconds };
      child.send(request, () => {});
      const [answer] = (await Promise.race([once(child, "message"), exited])) as [LatencyAnswer];
      if ("error" in answer)
        throw new UserError(`Latency on engine ${engine} was not measured: ${answer.error}`);
      version = answer.version;
      const measured = variants.map(({ name, model }, index) => ({
        ...{ name, macs: model.network.macs, turns: answer.turns[index]! },
      }));
      results.push(...latencies(measured, { engine, batch }));
    }
    return { latencies: results, version };
  } catch (error) {
    throw error instanceof UserError ? error : new UserError(messageOf(error), { cause: error });
  } finally {
    child.kill();
  }
}
