import * as tf from "@tensorflow/tfjs-core";
import { UsageError } from "../errors.js";
import { chooseEngine, engineFromEnvironment } from "./choose.js";
import type { Engine, EngineName } from "./engine.js";
import { compileProgram } from "./graph/compile.js";
import { guardedOps, openGuarded } from "./guarded.js";
import { loadNative } from "./native/status.js";
import { tensorflowOps } from "./tensorflow.js";
import type { TensorflowBackend } from "./tensorflow-backend.js";
import { kernelOps } from "./tensorflow-kernels.js";
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
    opened = chooseEngine(wanted).then(open);
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

const open = (name: EngineName): Promise<Engine> => openers[name]();

const openers: Record<EngineName, () => Promise<Engine>> = {
  tensorflow: openTensorflow,
  wasm: openWasm,
  webgpu: async () => (await import("./webgpu/dawn.js")).openWebgpu(),
};

async function openTensorflow(): Promise<Engine> {
  const { tensorflowVersion, packageName, kernels } = await loadNative();
  await tf.setBackend("tensorflow");
  const backend = tf.backend() as unknown as TensorflowBackend;
  const plain = tensorflowOps(backend);
  const ops = guardedOps("tensorflow", kernels ? kernelOps(backend, plain) : plain);
  return {
    name: "tensorflow",
    version: `TensorFlow ${tensorflowVersion}`,
    kernels: kernels ? `native ${kernels.version}` : "TensorFlow's",
    instructions: kernels?.instructions(),
    ops,
    open: openGuarded(ops, (program) => compileProgram(backend, ops, program, packageName)),
  };
}
