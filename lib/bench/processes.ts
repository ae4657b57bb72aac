import { fileURLToPath } from "node:url";
import type { EngineName } from "../engine/engine.js";
import { threadSettings } from "../engine/threads.js";
import { BenchProcess } from "./side.js";

export interface ProcessOptions {
  threads: number;
  /** Besides those that set the threads. */
  environment?: Record<string, string>;
  stderr?: number;
}

const nodeProcess =
  (file: string, label: (engine: EngineName) => string) =>
  (engine: EngineName, { threads, environment, stderr }: ProcessOptions): BenchProcess =>
    new BenchProcess({
      name: label(engine),
      command: process.execPath,
      args: [fileURLToPath(new URL(file, import.meta.url))],
      environment: { ...threadSettings(threads), FILTER_SPARSITY_ENGINE: engine, ...environment },
      ...(stderr !== undefined && { stderr }),
    });

/** Our side. */
export const engineProcess = nodeProcess("./worker.js", (engine) => engine);

/** The same work written with tfjs' layers, on the engine's backend as tfjs ships it. */
export const layersProcess = nodeProcess("./layers-peer.js", (engine) => `tfjs layers on ${engine}`);
