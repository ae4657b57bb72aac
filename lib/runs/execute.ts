import type { Engine } from "../engine/engine.js";
import type { RunConfig } from "./config.js";
import type { Run } from "./record.js";

/** What a view of a run in progress shows. */
export interface RunProgress {
  phase: "data" | "train" | "evaluate" | "probe";
  step: number;
  steps: number;
  /** Mean loss of the latest steps, nats. */
  loss: number;
  /** Share of filters inactive by scale at the latest look, 0 to 1. */
  deadShare: number;
}

export interface ExecuteOptions {
  engine: Engine;
  seed: number;
  /** Folder of each dataset that is not built in or cached, by dataset name. */
  locations?: Record<string, string>;
  onProgress?: (progress: RunProgress) => void;
  signal?: AbortSignal;
}

/** Trains one configuration with one seed from the start; touches no disk but the dataset cache. */
export async function executeRun(_config: RunConfig, _options: ExecuteOptions): Promise<Run> {
  throw new Error("executeRun: being written");
}
