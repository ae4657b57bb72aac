import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Engine } from "./engine.js";
import { readKernels } from "./kernels/file.js";
import { openWasmFrom } from "./open-wasm.js";

/** Opens the wasm engine from the project's own files. */
export async function openWasm(): Promise<Engine> {
  const require = createRequire(import.meta.url);
  const backendPath = join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm")), "/");
  return openWasmFrom({ backendPath, readKernels: () => readKernels(), remedy: "Run npm ci again." });
}
