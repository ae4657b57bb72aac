import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { Tensor, TensorInfo } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";

/** The memory of tfjs' wasm backend as kernels see it: tensors by byte offset, and scratch. */
export class Heap {
  private scratchTensor: TensorInfo | undefined;

  constructor(readonly backend: BackendWasm) {}

  /** The WebAssembly memory itself, where this build of tfjs shows it. Threads' shared memory is not supported. */
  get memory(): WebAssembly.Memory | undefined {
    const { asm } = this.backend.wasm as { asm?: { memory?: WebAssembly.Memory } };
    return asm?.memory;
  }

  /** Byte offset of a float32 or int32 tensor. */
  at(tensor: TensorInfo): number {
    return this.backend.dataIdMap.get(tensor.dataId).memoryOffset;
  }

  /** A new float32 tensor, its values undefined. Belongs to the caller's `tf.tidy`. */
  output<T extends Tensor>(shape: number[]): T {
    return tf.engine().makeTensorFromTensorInfo(this.backend.makeOutput(shape, "float32")) as T;
  }

  /** A new tensor with the same values. Belongs to the caller's `tf.tidy`. */
  copy<T extends Tensor>(tensor: T): T {
    const copy = this.output<T>(tensor.shape);
    this.backend.typedArrayFromHeap(copy).set(this.backend.typedArrayFromHeap(tensor));
    return copy;
  }

  /** Unsigned integers of 4 bytes from a byte offset on, until the memory grows. */
  integers(at: number, count: number): Uint32Array {
    return new Uint32Array(this.memory!.buffer, at, count);
  }

  /** Writes zeros at a byte offset. */
  clear(at: number, floats: number): void {
    new Float32Array(this.memory!.buffer, at, floats).fill(0);
  }

  /** Byte offsets of areas of so many floats, valid until the next call. The scratch grows as needed and is kept. */
  scratch<Sizes extends number[]>(...floats: Sizes): { [Area in keyof Sizes]: number } {
    let total = 0;
    for (const count of floats) total += inLines(count);
    if (this.scratchTensor === undefined || this.scratchTensor.shape[0]! < total) {
      if (this.scratchTensor) this.backend.disposeData(this.scratchTensor.dataId);
      this.scratchTensor = this.backend.makeOutput([total], "float32");
    }
    let offset = this.at(this.scratchTensor);
    return floats.map((count) => {
      offset += 4 * inLines(count);
      return offset - 4 * inLines(count);
    }) as { [Area in keyof Sizes]: number };
  }
}

/** Rounded up to whole cache lines. */
const inLines = (floats: number): number => 16 * Math.ceil(floats / 16);
