import type { Runtime } from "../../../onnx/runtime.js";

interface WasmRuntime extends Runtime {
  env: { wasm: { numThreads: number; wasmPaths: { wasm: string } } };
}

let loaded: Promise<Runtime> | undefined;

/** Stands in a page for the library's own: ONNX Runtime in WebAssembly, from beside the worker. */
export function loadRuntime(): Promise<Runtime> {
  loaded ??= open();
  return loaded;
}

async function open(): Promise<Runtime> {
  const beside = (name: string) => new URL(name, location.href).href;
  const runtime = (await import(beside("ort.wasm.bundle.min.mjs"))) as WasmRuntime;
  // Threads take a page that is isolated from others, which a site of files is not.
  runtime.env.wasm.numThreads = 1;
  runtime.env.wasm.wasmPaths = { wasm: beside("ort-wasm-simd-threaded.wasm") };
  return runtime;
}
