import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { EngineName } from "../engine/engine.js";
import { findPythons, packageFolder } from "../engine/native/python.js";
import { threadSettings } from "../engine/threads.js";
import { projectRoot } from "../paths.js";
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

export interface Torch {
  /** An interpreter that has PyTorch. */
  python: string;
  /** PyTorch's name of the device to run on, e.g. "cpu", "cuda". */
  device: string;
}

export const torchProcess = ({ python, device }: Torch, { threads }: ProcessOptions): BenchProcess =>
  new BenchProcess({
    name: "PyTorch",
    command: python,
    args: [join(projectRoot, "test", "bench", "torch_peer.py"), device],
    environment: threadSettings(threads),
  });

/** The first Python here that has PyTorch. */
export async function findTorch(): Promise<string | undefined> {
  for (const python of await findPythons()) {
    if (await packageFolder(python, "torch")) return python.command;
  }
  return undefined;
}
