import type { EngineName } from "../engine/engine.js";
import type { RunConfig } from "./config.js";
import type { RunProgress } from "./execute.js";
import type { RunPlace } from "./store.js";

/** What the queue tells a worker. */
export interface TrainMessage {
  type: "train";
  config: RunConfig;
  seed: number;
  place: RunPlace;
  replace: boolean;
  locations: Record<string, string>;
  checkpointSeconds?: number;
  light?: boolean;
}

/** What a worker tells the queue. */
export type WorkerMessage =
  | { type: "ready"; engine: EngineName; version: string }
  | { type: "progress"; progress: RunProgress }
  /** A line that the reader should know, e.g. that the run goes on from a checkpoint. */
  | { type: "note"; message: string }
  | { type: "done"; seconds: number; status: "finished" | "diverged" }
  | { type: "failed"; message: string }
  /** Told to end by a signal; the run goes on from its checkpoint another time. */
  | { type: "stopped"; message: string }
  /** No run can be had: the engine does not open, the disk is full. `exitCode` 2: the reader asked for it. */
  | { type: "unable"; message: string; exitCode: 1 | 2 };
