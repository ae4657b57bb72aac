import { UserError } from "../errors.js";
import type { Engine } from "./engine.js";
import { openWasmFrom } from "./open-wasm.js";

export interface BrowserEngineOptions {
  name: "wasm" | "webgpu";
  /**
   * Address of a folder, ending in a slash, that serves `kernels.wasm` (lib/dist/engine/kernels) and the `.wasm`
   * files of @tensorflow/tfjs-backend-wasm. Default: the page's own folder. Only for engine wasm.
   */
  assets?: string;
}

/**
 * Opens one engine in a browser's page or worker: wasm with the same kernels as in Node, or webgpu on the browser's
 * own WebGPU. Throws `UserError` where the browser lacks it or the files are not to be had.
 */
export async function openBrowserEngine({ name, assets = "./" }: BrowserEngineOptions): Promise<Engine> {
  if (name === "wasm") {
    return openWasmFrom({
      backendPath: assets,
      readKernels: () => fetchBytes(`${assets}kernels.wasm`),
      remedy: `Check that ${assets} serves the files of @tensorflow/tfjs-backend-wasm.`,
    });
  }
  if (typeof navigator === "undefined" || navigator.gpu === undefined) {
    throw new UserError(
      "Engine webgpu is not available: this browser or this address has no WebGPU. Use engine wasm.",
    );
  }
  const { openWebgpuOn } = await import("./webgpu/open.js");
  return openWebgpuOn(navigator.gpu, "the browser's");
}

async function fetchBytes(address: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
