import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { messageOf, UserError } from "../errors.js";
import type { Engine } from "./engine.js";
import { guardedOps } from "./guarded.js";
import { Heap } from "./kernels/heap.js";
import { instantiateKernels } from "./kernels/module.js";
import { kernelOps } from "./kernels/ops.js";
import { replaceSlowKernels } from "./kernels/replacements.js";
import type { Ops } from "./ops.js";
import { eagerProgram } from "./program.js";
import { wasmComposedOps } from "./wasm-composed.js";

/** Where the two WebAssembly modules come from. */
export interface WasmSources {
  /** Folder or address, ending in a slash, of the `.wasm` files of @tensorflow/tfjs-backend-wasm. */
  backendPath: string;
  /** The compiled kernels: lib/dist/engine/kernels/kernels.wasm. */
  readKernels: () => Promise<Uint8Array<ArrayBuffer>>;
  /** What to do when the backend does not start. */
  remedy: string;
}

/**
 * Opens tfjs' wasm backend with kernels of our own, or, where WebAssembly SIMD or the compiled kernels are missing,
 * with operations composed of tfjs' own; `fallback` and `version` then say why. Which of the two is decided here, once.
 */
export async function openWasmFrom(sources: WasmSources): Promise<Engine> {
  await startBackend(sources);
  const simd = await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT");
  const name = `wasm${simd ? " SIMD" : ""} (tfjs ${tf.version_core}`;
  try {
    if (!simd) throw new Error("no WebAssembly SIMD");
    const ops = await openKernels(tf.backend() as unknown as BackendWasm, sources);
    return wasmEngine(`${name}, own kernels)`, kernelsName, ops);
  } catch (error) {
    const fallback = messageOf(error);
    const version = `${name}, without own kernels, several times slower: ${fallback})`;
    return { ...wasmEngine(version, "tfjs's", wasmComposedOps), fallback };
  }
}

/** Changes with every change of their results' bits: a run does not go on from a checkpoint of others. */
const kernelsName = "assembly 2";

function wasmEngine(version: string, kernels: string, raw: Ops): Engine {
  const ops = guardedOps("wasm", raw);
  return { name: "wasm", version, kernels, ops, open: (program) => eagerProgram(ops, program) };
}

async function startBackend({ backendPath, remedy }: WasmSources): Promise<void> {
  try {
    const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
    setWasmPaths(backendPath);
    // A page that is isolated from others would get threads, whose shared memory our kernels cannot have.
    tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
    if (!(await tf.setBackend("wasm"))) throw new Error("the backend did not initialize");
    await tf.ready();
  } catch (error) {
    throw new UserError(`Engine wasm could not start: ${messageOf(error)}. ${remedy}`, { cause: error });
  }
}

async function openKernels(backend: BackendWasm, { readKernels }: WasmSources): Promise<Ops> {
  const heap = new Heap(backend);
  if (heap.memory === undefined) throw new Error("tfjs does not show its memory");
  const kernels = await instantiateKernels(await readKernels(), heap.memory);
  replaceSlowKernels(kernels, heap);
  return kernelOps(kernels, heap);
}
