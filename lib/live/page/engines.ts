import type { EngineChoice } from "../messages.js";

export type EngineName = Exclude<EngineChoice, "auto">;

/** What this page has given up: it is not tried again unless it is asked for by name. */
const given = new Set<EngineName>();

export const giveUp = (name: EngineName): Set<EngineName> => given.add(name);

/**
 * The engines to try, in order; none where this browser has none of those asked for. "auto" leaves out a WebGPU that is
 * software, which wasm outruns.
 */
export async function enginesFor(choice: EngineChoice): Promise<EngineName[]> {
  if (choice === "webgpu") return navigator.gpu ? ["webgpu"] : [];
  const wasm: EngineName[] = hasSimd() ? ["wasm"] : [];
  const gpu = choice === "auto" && !given.has("webgpu") && (await hasGpu());
  return gpu ? ["webgpu", ...wasm] : wasm;
}

/** What to say where there is none. */
export const withoutEngine = (choice: EngineChoice): string =>
  `This browser has ${missing[choice]}, which training needs. Open the page in Chrome or Edge 91, Firefox 89, Safari 16.4 or newer${choice === "webgpu" ? ", or choose another engine" : ""}.`;

const missing: Record<EngineChoice, string> = {
  auto: "neither WebGPU on a GPU nor WebAssembly SIMD, one of",
  webgpu: "no WebGPU here,",
  wasm: "no WebAssembly SIMD,",
};

async function hasGpu(): Promise<boolean> {
  try {
    const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
    if (!adapter || adapter.info.isFallbackAdapter) return false;
    const { vendor, architecture, device, description } = adapter.info;
    return !/swiftshader|llvmpipe/i.test([vendor, architecture, device, description].join(" "));
  } catch {
    return false;
  }
}

/** The smallest module with an instruction of WebAssembly SIMD (i8x16.splat): its validation is the usual test. */
const simdModule = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0],
  ...[10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11],
);

const hasSimd = (): boolean => typeof WebAssembly === "object" && WebAssembly.validate(simdModule);
