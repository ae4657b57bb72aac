import * as tf from "@tensorflow/tfjs-core";
import { messageOf, UsageError, UserError } from "../../errors.js";
import { checksInputs } from "../../settings.js";
import type { Engine } from "../engine.js";
import { guardedOps } from "../guarded.js";
import { eagerProgram } from "../program.js";
import { describe, WatchedBackend } from "./backend.js";
import { type AdapterDescription, type OpenedDevice, openDevice } from "./device.js";
import { Dispatcher } from "./dispatch.js";
import { webgpuOps } from "./ops.js";
import { replaceAddN } from "./replacements.js";

/** Changes with every change of their results' bits. */
const kernelsName = "WGSL 1";

/** An engine on a GPU, with what it runs on. */
export interface WebgpuEngine extends Engine {
  adapter: AdapterDescription;
  device: GPUDevice;
}

/**
 * Opens tfjs' WebGPU backend on a device of `gpu`, which must also be `navigator.gpu` until this has resolved.
 *
 * @param by what brings WebGPU, e.g. "Dawn 0.6.2", for the engine's version
 */
export async function openWebgpuOn(gpu: GPU, by: string): Promise<WebgpuEngine> {
  if (checksInputs()) {
    throw new UsageError(
      "Engine webgpu cannot check inputs. Unset FILTER_SPARSITY_CHECK, or use another engine.",
    );
  }
  let opened: OpenedDevice;
  let backend: WatchedBackend;
  try {
    opened = await openDevice(gpu);
    backend = new WatchedBackend(opened.device, opened.info);
    // Where there is a navigator.gpu tfjs registers a backend of its own on import.
    if (tf.findBackendFactory("webgpu")) tf.removeBackend("webgpu");
    tf.registerBackend("webgpu", () => backend);
    if (!(await tf.setBackend("webgpu"))) throw new Error("the backend did not initialize");
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`Engine webgpu could not start: ${messageOf(error)}.`, { cause: error });
  }
  const { device, adapter } = opened;
  replaceAddN(device.limits.maxStorageBuffersPerShaderStage);
  const ops = guardedOps("webgpu", webgpuOps(new Dispatcher(backend)), false);
  return {
    name: "webgpu",
    version: `WebGPU on ${adapter.name}${adapter.software ? " (software)" : ""}, ${by}, tfjs ${tf.version_core}`,
    kernels: kernelsName,
    ops,
    adapter,
    device,
    open(spec) {
      const program = eagerProgram(ops, spec);
      return {
        ...program,
        call(name, inputs, rates) {
          backend.throwIfFailed();
          try {
            return program.call(name, inputs, rates);
          } catch (error) {
            if (error instanceof UserError) throw error;
            const what = describe(name, inputs);
            throw new UserError(`Engine webgpu failed in ${what}: ${messageOf(error)}`, { cause: error });
          }
        },
      };
    },
  };
}
