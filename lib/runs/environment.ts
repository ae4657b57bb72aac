import { cpus } from "node:os";
import { version_core } from "@tensorflow/tfjs-core";
import type { Engine } from "../engine/engine.js";
import { setting } from "../settings.js";
import { describeProcessor } from "./machine.js";
import type { Environment } from "./record.js";

/** Where and with what this process trains. */
export function describeEnvironment(engine: Engine): Environment {
  const cores = cpus().length;
  const threads = setting("TF_NUM_INTRAOP_THREADS") ?? (engine.name === "wasm" ? "1" : String(cores));
  return {
    engine: engine.name,
    engineVersion: engine.version,
    kernels: engine.instructions ? `${engine.kernels} (${engine.instructions})` : engine.kernels,
    tfjs: version_core,
    node: process.version,
    machine: `${describeProcessor()}, ${threads} of ${cores} cores`,
  };
}
