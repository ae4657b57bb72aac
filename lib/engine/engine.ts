import type { Ops } from "./ops.js";
import type { Program, ProgramSpec } from "./program.js";

/** Engines in the order in which they are tried. */
export const engineNames = ["tensorflow", "webgpu", "wasm"] as const;
export type EngineName = (typeof engineNames)[number];

/** An opened tfjs backend with the kernels that training needs. */
export interface Engine {
  name: EngineName;
  /** What runs underneath, e.g. "TensorFlow 2.21.0", "wasm SIMD". */
  version: string;
  /** Name and version of the kernels that convolve, e.g. "native 1", "assembly 2", "TensorFlow's": others round differently. */
  kernels: string;
  /** Of the processor, in use by kernels that choose among several, e.g. "avx2". */
  instructions?: string;
  /** Why it does without kernels of its own, several times slower; undefined where it has them. */
  fallback?: string;
  /** Kernels, to be run one by one. */
  ops: Ops;
  /** Opens a program; where the engine can, its functions are compiled as a whole. */
  open(program: ProgramSpec): Program;
}
