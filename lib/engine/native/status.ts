import { hostname } from "node:os";
import util from "node:util";
import { messageOf, UserError } from "../../errors.js";
import { setByDefault, setting } from "../../settings.js";
import { askChild, removedFromNode } from "./child.js";
import {
  type KernelsStatus,
  kernelsPath,
  kernelsStatus,
  kernelsVersion,
  loadKernels,
  type NativeKernels,
} from "./kernels.js";
import { bindingFingerprint, findNativePackage, type NativePackage, requireFromHere } from "./package.js";
import { remembered } from "./remembered.js";

/** What is known of the native TensorFlow engine on this machine. */
export interface NativeStatus extends KernelsStatus {
  /** The npm package that brings it; absent when none is installed. */
  packageName?: string;
  packageVersion?: string;
  /** Whether the package has its compiled binding. */
  hasBinding: boolean;
  /** Whether the binding was loaded in a child process and computed a sum there. */
  loads: boolean;
  tensorflowVersion?: string;
  /** Whether TensorFlow put its work on a GPU. */
  gpu: boolean;
  /** In one line, why it does not load. */
  problem?: string;
}

/** The native backend, loaded into this process. */
export interface NativeTensorflow {
  tf: typeof import("@tensorflow/tfjs");
  packageName: string;
  tensorflowVersion: string;
  gpu: boolean;
  /** The project's own kernels; only on a CPU, and where they are built and not turned off. */
  kernels?: NativeKernels;
}

interface NativeBackend {
  binding: { TF_Version: string };
  isUsingGpuDevice: boolean;
}

const buildHint = "Run npm run engine -- build (or npm run engine -- download).";

let checked: Promise<NativeStatus> | undefined;

/**
 * Whether the native engine can be used here. Loads it in a child process, so that a crash of the native library
 * cannot take this process down, and remembers the answer until a file of the engine changes.
 * @param options.fresh checks anew whatever is remembered; default false
 */
export async function nativeStatus({ fresh = false }: { fresh?: boolean } = {}): Promise<NativeStatus> {
  if (fresh || checked === undefined) checked = check(fresh);
  return checked;
}

/**
 * Loads the native engine into this process and makes `tensorflow` the active tfjs backend.
 * Threads are TensorFlow's own environment variables (`TF_NUM_INTRAOP_THREADS`, `TF_NUM_INTEROP_THREADS`,
 * `OMP_NUM_THREADS`), to be set before. Throws `UserError` when it is not there or does not load.
 */
export async function loadNative(): Promise<NativeTensorflow> {
  const status = await nativeStatus();
  if (!status.loads || status.packageName === undefined) {
    throw new UserError(`Engine tensorflow is not available: ${status.problem} ${buildHint}`);
  }
  setByDefault("TF_CPP_MIN_LOG_LEVEL", "2");
  for (const [name, replacement] of Object.entries(removedFromNode)) {
    if (!(name in util)) Object.assign(util, { [name]: replacement });
  }
  try {
    const tf: NativeTensorflow["tf"] = requireFromHere(status.packageName);
    await tf.ready();
    const { binding, isUsingGpuDevice } = tf.backend() as unknown as NativeBackend;
    const { packageName } = status;
    const usable = status.kernels !== undefined && !isUsingGpuDevice;
    const kernels = usable ? loadKernels(findNativePackage()!) : undefined;
    return { tf, packageName, tensorflowVersion: binding.TF_Version, gpu: isUsingGpuDevice, kernels };
  } catch (error) {
    throw new UserError(`Engine tensorflow did not load: ${messageOf(error)}. ${buildHint}`, {
      cause: error,
    });
  }
}

/** Loads what was just built or downloaded, in a child process; throws `UserError` when that fails. */
export async function verifiedStatus(): Promise<NativeStatus> {
  const status = await nativeStatus({ fresh: true });
  if (!status.loads) throw new UserError(`The native engine does not load: ${status.problem}`);
  return status;
}

const memory = remembered<NativeStatus>("native");

async function check(fresh: boolean): Promise<NativeStatus> {
  const nativePackage = findNativePackage();
  if (nativePackage === undefined) {
    const problem = "@tensorflow/tfjs-node-gpu is not installed; run npm install --include=optional.";
    return { hasBinding: false, loads: false, gpu: false, problem };
  }
  const { name: packageName, version: packageVersion } = nativePackage;
  const files = bindingFingerprint(nativePackage, [kernelsPath(nativePackage)]);
  if (files === "") {
    const problem = `${packageName} is installed without its compiled binding.`;
    return { packageName, packageVersion, hasBinding: false, loads: false, gpu: false, problem };
  }
  // A checkout may lie on a disk that machines with and without a GPU share.
  const key = [
    ...[files, kernelsVersion, process.version],
    ...[hostname(), setting("CUDA_VISIBLE_DEVICES") ?? ""],
  ].join("\n");
  const known = fresh ? undefined : memory.recall(key);
  if (known !== undefined) return known;
  const answer = await tryInChild(nativePackage);
  const kernels = answer.loads && !answer.gpu ? await kernelsStatus(nativePackage) : {};
  const status = { packageName, packageVersion, hasBinding: true, ...answer, ...kernels };
  if (status.loads) memory.remember(key, status);
  return status;
}

const sumSource = `
  const sum = tf.tidy(() => tf.add(tf.scalar(1), tf.scalar(2)).dataSync()[0]);
  if (sum !== 3) throw new Error("1 + 2 came out as " + sum);
  const { binding, isUsingGpuDevice } = tf.backend();
  return { tensorflowVersion: binding.TF_Version, gpu: isUsingGpuDevice };
`;

type ChildAnswer = Pick<NativeStatus, "loads" | "gpu" | "tensorflowVersion" | "problem">;

/** Loads a package in a child process and lets it add two numbers there. Never throws. */
export async function tryInChild({
  name,
  folder,
}: Pick<NativePackage, "name" | "folder">): Promise<ChildAnswer> {
  const { answer, problem } = await askChild<Omit<ChildAnswer, "loads">>(folder, sumSource);
  return answer ? { loads: true, ...answer } : { loads: false, gpu: false, problem: `${name}: ${problem}.` };
}
