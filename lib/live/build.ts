import { copyFile, mkdir, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import type { BuildOptions } from "esbuild";
import { kernelsPath } from "../engine/kernels/file.js";
import type { Scale } from "../hypotheses/index.js";
import { projectRoot } from "../paths.js";
import { liveHypotheses } from "./hypotheses.js";

export interface LiveOptions {
  /** Scale of the arms that a page reruns. Default "quick". */
  scale?: Scale;
}

/**
 * Writes what makes `liveSection` live in a page: `live.js`, which the page loads, and beside it what is fetched only when
 * it is needed: a worker in modules, two `.wasm` files, and one `<id>.json` for each hypothesis. The folder is made.
 *
 * @returns paths below the folder, and their size together
 */
export async function buildLive(
  outDir: string,
  { scale = "quick" }: LiveOptions = {},
): Promise<{ files: string[]; bytes: number }> {
  await mkdir(outDir, { recursive: true });
  const written = (await liveHypotheses(scale)).map(async (hypothesis) => {
    const name = `${hypothesis.id}.json`;
    await writeFile(join(outDir, name), JSON.stringify(hypothesis));
    return name;
  });
  const files = (await Promise.all([copyEngine(outDir), ...written, bundle(outDir)])).flat().sort();
  const sizes = await Promise.all(files.map(async (name) => (await stat(join(outDir, name))).size));
  return { files, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/** Browsers with WebAssembly SIMD and module workers. */
const target = ["chrome114", "firefox114", "safari16.4"];

async function bundle(outDir: string): Promise<string[]> {
  const { build } = await import("esbuild");
  const common: BuildOptions = {
    ...{ bundle: true, minify: true, platform: "browser", outdir: outDir, target, logLevel: "error" },
    ...{ legalComments: "linked", metafile: true, absWorkingDir: projectRoot },
  };
  const entry = (name: string) => [join(projectRoot, "lib/live", name)];
  const results = [
    // A classic script, so that it runs in a page opened from disk too and can say what to do there.
    build({ ...common, entryPoints: entry("page/live.ts"), format: "iife" }),
    build({ ...common, entryPoints: entry("page/live.css") }),
    // In parts: what only one of the engines needs is fetched with it.
    build({
      ...common,
      entryPoints: entry("worker/worker.ts"),
      ...{ format: "esm", splitting: true, chunkNames: "worker-[hash]" },
    }),
  ];
  const outputs = (await Promise.all(results)).flatMap(({ metafile }) => Object.keys(metafile!.outputs));
  return outputs.map((path) => relative(outDir, join(projectRoot, path)));
}

/** Copies what engine wasm fetches into a folder, which is made. Returns the names. */
export async function copyEngine(outDir: string): Promise<string[]> {
  const backend = dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm"));
  const simd = "tfjs-backend-wasm-simd.wasm";
  await mkdir(outDir, { recursive: true });
  await copyFile(kernelsPath, join(outDir, "kernels.wasm"));
  await copyFile(join(backend, simd), join(outDir, simd));
  return ["kernels.wasm", simd];
}
