import { openBrowserEngine } from "../../engine/browser.js";
import type { Engine } from "../../engine/engine.js";
import { messageOf, UserError } from "../../errors.js";
import type { EngineChoice } from "../messages.js";

/** An engine that may serve. */
export interface Candidate {
  name: "webgpu" | "wasm";
  open: () => Promise<Engine>;
}

/**
 * The engines to try, in order. "auto" leaves out a WebGPU that is software, which wasm outruns. Throws `UserError` where
 * this browser has none of those asked for.
 */
export async function candidates(choice: EngineChoice, assets: string): Promise<Candidate[]> {
  const webgpu = { name: "webgpu" as const, open: () => openBrowserEngine({ name: "webgpu" }) };
  const wasm = { name: "wasm" as const, open: () => openBrowserEngine({ name: "wasm", assets }) };
  if (choice === "webgpu") return [webgpu];
  const gpu = choice === "auto" && (await hasGpu());
  if (hasSimd()) return gpu ? [webgpu, wasm] : [wasm];
  if (gpu) return [webgpu];
  throw new UserError(
    `This browser has neither ${choice === "auto" ? "WebGPU on a GPU nor " : ""}WebAssembly SIMD, one of which training needs. ` +
      "Open the page in Chrome or Edge 91, Firefox 89, Safari 16.4 or newer.",
  );
}

async function hasGpu(): Promise<boolean> {
  try {
    const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
    return (
      adapter != null && !adapter.info.isFallbackAdapter && !/swiftshader|llvmpipe/i.test(words(adapter.info))
    );
  } catch {
    return false;
  }
}

const words = ({ vendor, architecture, device, description }: GPUAdapterInfo): string =>
  [vendor, architecture, device, description].join(" ");

/** The smallest module with an instruction of WebAssembly SIMD (i8x16.splat): its validation is the usual test. */
const simdModule = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0],
  ...[10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11],
);

const hasSimd = (): boolean => typeof WebAssembly === "object" && WebAssembly.validate(simdModule);

/** Why a candidate was given up, in a sentence. */
export const gaveUp = ({ name }: Candidate, error: unknown): string =>
  `Engine ${name} was tried first and given up: ${messageOf(error)}`;
