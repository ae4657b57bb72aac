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

  /** Writes unsigned integers of 4 bytes at a byte offset. */
  write(at: number, integers: number[]): void {
    new Uint32Array(this.memory!.buffer, at, integers.length).set(integers);
  }

  /** Writes zeros at a byte offset. */
  clear(at: number, floats: number): void {
    new Float32Array(this.memory!.buffer, at, floats).fill(0);
  }

  /** Byte offsets of areas of so many floats, valid until the next call. The scratch grows as needed and is kept. */
  areas<Name extends string>(floats: Record<Name, number>): Record<Name, number> {
    const aligned = Object.entries<number>(floats).map(
      ([name, count]) => [name, 4 * Math.ceil(count / 16) * 16] as const,
    );
    const total = aligned.reduce((sum, [, bytes]) => sum + bytes, 0) / 4;
    if (this.scratchTensor === undefined || tf.util.sizeFromShape(this.scratchTensor.shape) < total) {
      if (this.scratchTensor) this.backend.disposeData(this.scratchTensor.dataId);
      this.scratchTensor = this.backend.makeOutput([total], "float32");
    }
    let offset = this.at(this.scratchTensor);
    const offsets = aligned.map(([name, bytes]) => {
      offset += bytes;
      return [name, offset - bytes] as const;
    });
    return Object.fromEntries(offsets) as Record<Name, number>;
  }
}
