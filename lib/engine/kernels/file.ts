import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { projectRoot } from "../../paths.js";

/**
 * The compiled kernels that `build.mjs` makes: those of the build that this module is of, though there may be a newer one;
 * of the latest build where TypeScript runs as it is.
 */
export const kernelsPath = import.meta.url.endsWith(".ts")
  ? join(projectRoot, "lib/dist/engine/kernels/kernels.wasm")
  : fileURLToPath(new URL("kernels.wasm", import.meta.url));

/** The compiled kernels, read from `kernelsPath`. */
export async function readKernels(): Promise<Uint8Array<ArrayBuffer>> {
  if (!existsSync(kernelsPath)) throw new Error("kernels are not built, run npm run build");
  return new Uint8Array(await readFile(kernelsPath));
}
