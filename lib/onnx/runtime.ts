import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { fetchPackage } from "../engine/npm-package.js";
import { messageOf, UserError } from "../errors.js";
import { cacheDirectory } from "../paths.js";
/** As much of onnxruntime-common's interface as is called here. */
export interface Runtime {
  InferenceSession: { create(model: Uint8Array, options: Record<string, unknown>): Promise<RuntimeSession> };
  Tensor: new (type: "float32", data: Float32Array, dims: readonly number[]) => RuntimeTensor;
}

export interface RuntimeSession {
  run(feeds: Record<string, RuntimeTensor>): Promise<Record<string, RuntimeTensor>>;
  release(): Promise<void>;
}

/** A tensor that came out: `data` is of floats where `type` says so. */
export interface RuntimeTensor {
  type: string;
  dims: readonly number[];
  data: unknown;
}

interface WasmRuntime extends Runtime {
  env: { wasm: { numThreads: number } };
}

/** The npm packages that run ONNX models (MIT). With builds for all platforms in one, hence not dependencies. */
const packages = {
  runtime: {
    name: "onnxruntime-node",
    version: "1.30.0",
    title: "ONNX Runtime",
    integrity:
      "sha512-twhs1C2C/BFkz1yc5OY0KIU2GUq6DURO7hD4bx5Q2Qy3nAMJwRXW8xU3NVczE29VA9lolLOYepoD8fjTGOfIqw==",
  },
  web: {
    name: "onnxruntime-web",
    version: "1.30.0",
    title: "ONNX Runtime in WebAssembly",
    integrity:
      "sha512-q0y+JrrtukXSzsBWEMccVfqX25LRmosXHF+CaRJmg8pZClzcV7svNc4rKY3jL02Vb7QmRMDs1SigqR4CXAfKYQ==",
  },
  common: {
    name: "onnxruntime-common",
    version: "1.30.0",
    title: "ONNX Runtime",
    integrity:
      "sha512-7fdVWjAID1dVhH/G8qK3APARunV4VkBFoCQAP7qp4Wkab0mrorvmc+sqiT+mKXOzDqdjN5j+/Z9nb4gzNPWcyA==",
  },
} as const;

/** e.g. "ONNX Runtime 1.30.0". */
export const runtimeVersion = `${packages.runtime.title} ${packages.runtime.version}`;

/** Where `npm run engine -- onnx` puts what this platform needs of it. */
export const runtimeFolder = (): string =>
  join(cacheDirectory(), `${packages.runtime.name}-${packages.runtime.version}`);

/** What a browser takes of it: a module, and beside it the machine, 14 MB. */
export const wasmFiles = ["ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm"] as const;
export const wasmFolder = (): string => join(runtimeFolder(), "node_modules", packages.web.name, "dist");

let loaded: Promise<Runtime> | undefined;

/** ONNX Runtime as it is installed: this platform's build, else the one in WebAssembly, which is slower and has one thread. */
export async function loadRuntime(): Promise<Runtime> {
  const entry = [nativeEntry(), wasmEntry()].find(existsSync);
  if (entry === undefined)
    throw new UserError(
      "ONNX Runtime, which runs the model, is not installed. Run npm run engine -- onnx (150 MB to download).",
    );
  loaded ??= open(entry);
  try {
    return await loaded;
  } catch (error) {
    loaded = undefined;
    throw new UserError(`ONNX Runtime did not load: ${messageOf(error)}. Run npm run engine -- onnx again.`, {
      cause: error,
    });
  }
}

async function open(entry: string): Promise<Runtime> {
  if (entry === nativeEntry()) return createRequire(import.meta.url)(entry) as Runtime;
  const runtime = (await import(pathToFileURL(entry).href)) as WasmRuntime;
  runtime.env.wasm.numThreads = 1;
  return runtime;
}

const nativeEntry = (): string => join(runtimeFolder(), "dist", "index.js");
const wasmEntry = (): string => join(wasmFolder(), wasmFiles[0]);

/**
 * Fetches ONNX Runtime with npm, checks it against the pinned hashes and keeps what this platform needs. What was there
 * before stays when this fails.
 */
export async function installRuntime({ print }: { print: (line: string) => void }): Promise<void> {
  const platform = `${process.platform}/${process.arch}`;
  const { runtime, common, web } = packages;
  mkdirSync(cacheDirectory(), { recursive: true });
  const folder = mkdtempSync(join(cacheDirectory(), "onnxruntime-download-"));
  try {
    print(`Fetching ${runtimeVersion} (npm package ${runtime.name}, 114 MB)`);
    const isNeeded = (path: string) =>
      /^package\/(package\.json|README\.md|dist\/.*\.js)$/.test(path) ||
      path.startsWith(`package/bin/napi-v6/${platform}/`);
    await fetchPackage(runtime, { folder, isNeeded });
    if (!existsSync(join(folder, "bin"))) {
      print(`${runtimeVersion} has no build for ${platform}: models run in WebAssembly, on one thread.`);
      rmSync(join(folder, "dist"), { recursive: true });
    }
    await fetchPackage(common, {
      folder: join(folder, "node_modules", common.name),
      isNeeded: (path) => /^package\/(package\.json|dist\/cjs\/.*\.(js|json))$/.test(path),
    });
    print(`Fetching it for browsers (npm package ${web.name}, 33 MB)`);
    const wanted = ["package.json", "README.md", ...wasmFiles.map((name) => `dist/${name}`)];
    await fetchPackage(web, {
      folder: join(folder, "node_modules", web.name),
      isNeeded: (path) => wanted.some((name) => path === `package/${name}`),
    });
    // A temporary folder is its owner's alone.
    chmodSync(folder, 0o755);
    rmSync(runtimeFolder(), { recursive: true, force: true });
    renameSync(folder, runtimeFolder());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
