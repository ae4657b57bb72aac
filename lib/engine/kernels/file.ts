import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { projectRoot } from "../../paths.js";

/** Where `build.mjs` puts the compiled kernels. */
export const kernelsPath = join(projectRoot, "lib/dist/engine/kernels/kernels.wasm");

/** The compiled kernels, read from `kernelsPath`. */
export async function readKernels(): Promise<Uint8Array<ArrayBuffer>> {
  if (!existsSync(kernelsPath)) throw new Error("kernels are not built, run npm run build");
  return new Uint8Array(await readFile(kernelsPath));
}
