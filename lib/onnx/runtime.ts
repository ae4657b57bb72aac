import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fetchPackage } from "../engine/npm-package.js";
import { messageOf, UserError } from "../errors.js";
import { cacheDirectory } from "../paths.js";

/** The npm packages that run ONNX models in Node. Builds for all platforms in one, hence not dependencies. */
const packages = {
  runtime: {
    name: "onnxruntime-node",
    version: "1.30.0",
    title: "ONNX Runtime",
    integrity:
      "sha512-twhs1C2C/BFkz1yc5OY0KIU2GUq6DURO7hD4bx5Q2Qy3nAMJwRXW8xU3NVczE29VA9lolLOYepoD8fjTGOfIqw==",
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

/** As much of onnxruntime-common's interface as is called here. */
interface Runtime {
  InferenceSession: { create(model: Uint8Array, options: Record<string, unknown>): Promise<RuntimeSession> };
  Tensor: new (type: "float32", data: Float32Array, dims: readonly number[]) => RuntimeTensor;
}

interface RuntimeSession {
  run(feeds: Record<string, RuntimeTensor>): Promise<Record<string, RuntimeTensor>>;
  release(): Promise<void>;
}

/** A tensor that came out: `data` is of floats where `type` says so. */
export interface RuntimeTensor {
  type: string;
  dims: readonly number[];
  data: unknown;
}

export interface SessionOptions {
  /** Default 1; 0: as many as the machine has cores. */
  threads?: number;
  /** False: nodes are computed as they stand, none merged with others. Default true. */
  optimize?: boolean;
}

/** A model opened for inference. */
export class OnnxSession {
  private constructor(
    private readonly runtime: Runtime,
    private readonly session: RuntimeSession,
  ) {}

  /** Throws `UserError` where ONNX Runtime is not there, or does not take the model (an unknown operator). */
  static async open(
    model: Uint8Array,
    { threads = 1, optimize = true }: SessionOptions = {},
  ): Promise<OnnxSession> {
    const runtime = loadRuntime();
    const options = {
      ...{ intraOpNumThreads: threads, interOpNumThreads: 1, logSeverityLevel: 4 },
      graphOptimizationLevel: optimize ? "all" : "disabled",
    };
    try {
      return new OnnxSession(runtime, await runtime.InferenceSession.create(model, options));
    } catch (error) {
      throw new UserError(`ONNX Runtime does not open the model: ${messageOf(error)}`, { cause: error });
    }
  }

  /** @param images row by row, as the model's input `name` has them */
  async run(
    name: string,
    images: Float32Array,
    dims: readonly number[],
  ): Promise<Record<string, RuntimeTensor>> {
    try {
      return await this.session.run({ [name]: new this.runtime.Tensor("float32", images, dims) });
    } catch (error) {
      const reason = messageOf(error);
      throw new UserError(`The model does not run on images of ${dims.join("x")}: ${reason}`, {
        cause: error,
      });
    }
  }

  close(): Promise<void> {
    return this.session.release();
  }
}

let loaded: Runtime | undefined;

function loadRuntime(): Runtime {
  if (loaded) return loaded;
  const entry = join(runtimeFolder(), "dist", "index.js");
  if (!existsSync(entry))
    throw new UserError(
      "ONNX Runtime, which runs the model, is not installed. Run npm run engine -- onnx (116 MB to download).",
    );
  try {
    loaded = createRequire(import.meta.url)(entry) as Runtime;
    return loaded;
  } catch (error) {
    throw new UserError(`ONNX Runtime did not load: ${messageOf(error)}. Run npm run engine -- onnx again.`, {
      cause: error,
    });
  }
}

/**
 * Fetches ONNX Runtime with npm, checks it against the pinned hashes and keeps what this platform needs. What was there
 * before stays when this fails.
 */
export async function installRuntime({ print }: { print: (line: string) => void }): Promise<void> {
  const platform = `${process.platform}/${process.arch}`;
  const { runtime, common } = packages;
  mkdirSync(cacheDirectory(), { recursive: true });
  const folder = mkdtempSync(join(cacheDirectory(), "onnxruntime-download-"));
  try {
    print(`Fetching ${runtimeVersion} (npm package ${runtime.name}, 114 MB)`);
    const isNeeded = (path: string) =>
      /^package\/(package\.json|README\.md|dist\/.*\.js)$/.test(path) ||
      path.startsWith(`package/bin/napi-v6/${platform}/`);
    await fetchPackage(runtime, { folder, isNeeded });
    if (!existsSync(join(folder, "bin")))
      throw new UserError(
        `${runtimeVersion} has no build for ${platform}. Use linux x64 or arm64, Windows, or macOS on arm64.`,
      );
    await fetchPackage(common, {
      folder: join(folder, "node_modules", common.name),
      isNeeded: (path) => /^package\/(package\.json|dist\/cjs\/.*\.(js|json))$/.test(path),
    });
    // A temporary folder is its owner's alone.
    chmodSync(folder, 0o755);
    rmSync(runtimeFolder(), { recursive: true, force: true });
    renameSync(folder, runtimeFolder());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
