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
}

/** What a worker tells the queue. `exitCode` of a failure: 2 where the reader asked for something impossible. */
export type WorkerMessage =
  | { type: "ready"; engine: EngineName; version: string }
  | { type: "progress"; progress: RunProgress }
  | { type: "done"; seconds: number; status: "finished" | "diverged" }
  | { type: "failed"; message: string; stack: string | undefined; expected: boolean }
  /** The worker cannot work at all, e.g. its engine does not open. */
  | { type: "unable"; message: string; exitCode: 1 | 2 };
