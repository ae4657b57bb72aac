import * as tf from "@tensorflow/tfjs-core";
import { UsageError } from "../errors.js";
import { type Engine, type EngineName, engineNames } from "./engine.js";
import { compileProgram } from "./graph/compile.js";
import { loadNative, nativeStatus } from "./native/status.js";
import { tensorflowOps } from "./tensorflow.js";
import type { TensorflowBackend } from "./tensorflow-backend.js";
import { openWasm } from "./wasm.js";

let opened: Promise<Engine> | undefined;

/**
 * Opens one engine for this process: the one asked for (by `name` or the environment variable
 * `FILTER_SPARSITY_ENGINE`), else the first of `engineNames` that is there. A process keeps the engine it opened;
 * asking for another one later is an error, so that no run changes engines midway.
 */
export async function openEngine({ name }: { name?: EngineName } = {}): Promise<Engine> {
  const wanted = name ?? engineFromEnvironment();
  if (opened === undefined) {
    opened = wanted === undefined ? openFirst() : open(wanted);
    opened.catch(() => {
      opened = undefined;
    });
  }
  const engine = await opened;
  if (wanted !== undefined && engine.name !== wanted) {
    throw new UsageError(
      `This process already runs on engine ${engine.name}; ${wanted} needs a process of its own.`,
    );
  }
  return engine;
}

/** Checks a name that a user wrote. */
function parseEngineName(name: string): EngineName {
  const found = engineNames.find((known) => known === name);
  if (found === undefined) {
    throw new UsageError(`Unknown engine "${name}". Engines: ${engineNames.join(", ")}.`);
  }
  return found;
}

function engineFromEnvironment(): EngineName | undefined {
  const name = process.env.FILTER_SPARSITY_ENGINE;
  return name ? parseEngineName(name) : undefined;
}

async function openFirst(): Promise<Engine> {
  const native = await nativeStatus();
  return open(native.loads ? "tensorflow" : "wasm");
}

const open = (name: EngineName): Promise<Engine> => (name === "tensorflow" ? openTensorflow() : openWasm());

async function openTensorflow(): Promise<Engine> {
  const { tensorflowVersion, packageName } = await loadNative();
  await tf.setBackend("tensorflow");
  const backend = tf.backend() as unknown as TensorflowBackend;
  const ops = tensorflowOps(backend);
  return {
    name: "tensorflow",
    version: `TensorFlow ${tensorflowVersion}`,
    ops,
    open: (program) => compileProgram(backend, ops, program, packageName),
  };
}
