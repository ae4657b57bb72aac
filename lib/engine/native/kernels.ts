import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { kernelsSetting, setting } from "../../settings.js";
import { askChild } from "./child.js";
import { type NativePackage, requireFromHere } from "./package.js";

/** Changes with every change of the kernels' sources that changes a bit of their results, or what they take. */
export const kernelsVersion = "2";

/** The project's own kernels for engine `tensorflow`, as their add-on shows itself once it is loaded. */
export interface NativeKernels {
  /** That it was built as. */
  version: string;
  /** What TensorFlow refused, and why; empty where it took all operations. */
  refused: string;
  setThreads(threads: number): void;
  /** Leaves out what is wider than "avx512", "avx2" or "plain"; false where the processor has none of that name. */
  limitInstructions(name: string): boolean;
  /** Those in use. */
  instructions(): string;
}

/** Where the add-on lies: beside the binding, whose TensorFlow it is linked to, and gone with it. */
export const kernelsPath = ({ bindingPath }: Pick<NativePackage, "bindingPath">): string =>
  join(dirname(bindingPath), "filter_sparsity_kernels.node");

/** Whether the kernels can be used here. */
export interface KernelsStatus {
  kernels?: Pick<NativeKernels, "version"> & { instructions: string };
  /** In one line, why not. */
  kernelsProblem?: string;
}

/** Loads the kernels in a child process and convolves ones with ones there. Never throws. */
export async function kernelsStatus(nativePackage: NativePackage): Promise<KernelsStatus> {
  const path = kernelsPath(nativePackage);
  if (!existsSync(path)) return { kernelsProblem: "not built" };
  const { answer, problem } = await askChild<Required<KernelsStatus>["kernels"]>(
    nativePackage.folder,
    `
    const { version, refused, instructions } = require(${JSON.stringify(path)});
    if (version !== ${JSON.stringify(kernelsVersion)})
      throw new Error("built as version " + version + ", this is version " + ${JSON.stringify(kernelsVersion)});
    if (refused) throw new Error(refused);
    const backend = tf.backend();
    const form = [{ name: "form", type: backend.binding.TF_ATTR_STRING, value: "winograd-4x4" }];
    const inputs = [tf.ones([1, 4, 4, 5]), tf.ones([3, 3, 5, 4])];
    const corner = backend.executeSingleOutput("FilterSparsityConv2D", form, inputs).dataSync()[0];
    if (Math.abs(corner - 20) > 1e-3) throw new Error("4 * 5 came out as " + corner);
    return { version, instructions: instructions() };
    `,
  );
  return problem === undefined ? { kernels: answer } : { kernelsProblem: problem };
}

/**
 * Loads kernels that are known to load into this process, with the threads that TensorFlow was given; undefined where
 * the setting `FILTER_SPARSITY_KERNELS` turns them off. Throws where the processor lacks the instructions it names.
 */
export function loadKernels(nativePackage: NativePackage): NativeKernels | undefined {
  const wanted = kernelsSetting();
  if (wanted === "off") return undefined;
  const kernels: NativeKernels = requireFromHere(kernelsPath(nativePackage));
  kernels.setThreads(Number(setting("TF_NUM_INTRAOP_THREADS")) || availableParallelism());
  if (wanted !== undefined && !kernels.limitInstructions(wanted)) {
    throw new Error(`this processor has no ${wanted}, which FILTER_SPARSITY_KERNELS asks for`);
  }
  return kernels;
}
