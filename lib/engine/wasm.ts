import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Engine } from "./engine.js";
import { readKernels } from "./kernels/file.js";
import { openWasmFrom } from "./open-wasm.js";

/** Opens the wasm engine from the project's own files. */
export async function openWasm(): Promise<Engine> {
  const require = createRequire(import.meta.url);
  const backendPath = join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm")), "/");
  return openWasmFrom({ backendPath, readKernels: () => readKernels(), remedy: remedy() });
}

/** A limit of the shell's (ulimit -v) leaves no room for the addresses that WebAssembly reserves. */
function remedy(): string {
  try {
    new WebAssembly.Memory({ initial: 1, maximum: 65_536 });
    return "Run npm ci again.";
  } catch {
    return "There is not enough memory for WebAssembly: lift the shell's limit (ulimit -v unlimited), or close other programs.";
  }
}
