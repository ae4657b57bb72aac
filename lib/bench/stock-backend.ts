import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { openEngine } from "../engine/index.js";
import { loadNative } from "../engine/native/status.js";
import { UserError } from "../errors.js";

/** Starts the backend under an engine with the kernels that tfjs ships. Returns tfjs' version. */
export async function startStockBackend(engine: string): Promise<string> {
  if (engine === "tensorflow") await loadNative();
  else if (engine === "wasm") {
    const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
    const require = createRequire(import.meta.url);
    setWasmPaths(join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm")), "/"));
  } else if (engine === "webgpu") {
    // Its backend is tfjs' own but for error messages and one kernel that fails without help.
    await openEngine({ name: engine });
  } else {
    throw new UserError(`tfjs layers have no ${engine} here.`);
  }
  await tf.setBackend(engine);
  await tf.ready();
  return tf.version_core;
}
