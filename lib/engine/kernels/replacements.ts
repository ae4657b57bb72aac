import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import {
  getKernel,
  type KernelFunc,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
  util,
} from "@tensorflow/tfjs-core";
import type { Heap } from "./heap.js";
import type { Kernels } from "./module.js";

/**
 * Puts faster kernels in the place of some of tfjs': its `SplitV` copies the whole tensor out of its memory for every
 * piece, its `Tile` computes the index of every value, its `Max` over pixels transposes first. They matter: a step
 * splits the parameter vector and tiles the gradient of pooling, a probe takes the maximum of every activation.
 * Does nothing the second time.
 */
export function replaceSlowKernels(kernels: Kernels, heap: Heap): void {
  replace("SplitV", splitVector);
  replace("Tile", () => tile);
  replace("Max", maximum(kernels, heap));
}

const replaced = new Set<string>();

function replace(name: string, make: (original: KernelFunc) => KernelFunc): void {
  if (replaced.has(name)) return;
  const original = getKernel(name, "wasm");
  unregisterKernel(name, "wasm");
  registerKernel({ ...original, kernelFunc: make(original.kernelFunc) });
  replaced.add(name);
}

/** Pieces of a vector are copied one by one; other tensors are left to the original. */
const splitVector =
  (original: KernelFunc): KernelFunc =>
  (call) => {
    const { backend, inputs, attrs } = call;
    const x = inputs.x as TensorInfo;
    const sizes = attrs?.numOrSizeSplits;
    if (x.shape.length !== 1 || !Array.isArray(sizes) || (sizes as number[]).includes(-1))
      return original(call);
    const wasm = backend as BackendWasm;
    let start = 0;
    return (sizes as number[]).map((size) => {
      const piece = wasm.makeOutput([size], x.dtype);
      // Views are made anew: memory that grew in makeOutput invalidates those from before.
      wasm.typedArrayFromHeap(piece).set(wasm.typedArrayFromHeap(x).subarray(start, start + size));
      start += size;
      return piece;
    });
  };

/** Over the height and width of images; other maxima are left to the original. */
const maximum =
  (kernels: Kernels, heap: Heap) =>
  (original: KernelFunc): KernelFunc =>
  (call) => {
    const x = call.inputs.x as TensorInfo;
    const [images, height, width, channels] = x.shape;
    const overPixels = x.shape.length === 4 && String(call.attrs?.reductionIndices) === "1,2";
    if (!overPixels || x.dtype !== "float32" || call.attrs?.keepDims) return original(call);
    const y = heap.backend.makeOutput([images!, channels!], "float32");
    kernels.maximumOverPixels(heap.at(x), heap.at(y), images!, height! * width!, channels!);
    return y;
  };

/** Copies whole rows, then whole blocks of what is already copied. */
const tile: KernelFunc = ({ backend, inputs, attrs }) => {
  const x = inputs.x as TensorInfo;
  const reps = attrs?.reps as number[];
  const wasm = backend as BackendWasm;
  const output = wasm.makeOutput(
    x.shape.map((side, axis) => side * reps[axis]!),
    x.dtype,
  );
  const from = wasm.typedArrayFromHeap(x);
  const to = wasm.typedArrayFromHeap(output);
  let read = 0;
  /** Writes one block of the output from `start` on, axes `axis` and later; returns its end. */
  const write = (axis: number, start: number): number => {
    if (axis === x.shape.length) {
      to[start] = from[read++]!;
      return start + 1;
    }
    const side = x.shape[axis]!;
    let end = start;
    if (axis === x.shape.length - 1) {
      to.set(from.subarray(read, read + side), start);
      read += side;
      end += side;
    } else {
      for (let index = 0; index < side; index++) end = write(axis + 1, end);
    }
    const size = end - start;
    for (let repeat = 1; repeat < reps[axis]!; repeat++) to.copyWithin(start + repeat * size, start, end);
    return start + size * reps[axis]!;
  };
  if (util.sizeFromShape(x.shape) > 0) write(0, 0);
  return output;
};
