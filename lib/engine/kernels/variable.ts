import type { Tensor1D } from "@tensorflow/tfjs-core";
import { InPlaceVariable } from "../in-place-variable.js";
import type { Heap } from "./heap.js";

/** A variable in the memory of tfjs' wasm backend. */
export class HeapVariable extends InPlaceVariable {
  readonly #heap: Heap;

  constructor(heap: Heap, initial: Tensor1D) {
    super(
      { sharers: ({ dataId }) => heap.backend.refCount(dataId), copy: (tensor) => heap.copy(tensor) },
      initial,
    );
    this.#heap = heap;
  }

  /** Byte offset of the value, for a kernel to write to. */
  writable(): number {
    return this.#heap.at(this.writableValue());
  }
}
