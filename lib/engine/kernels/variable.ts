import { keep, type Tensor1D } from "@tensorflow/tfjs-core";
import type { Variable } from "../variable.js";
import type { Heap } from "./heap.js";

/** A variable that kernels change in place. Its fields are truly private: `tf.tidy` searches what it can see. */
export class HeapVariable implements Variable {
  readonly size: number;
  readonly #heap: Heap;
  #value: Tensor1D;

  constructor(heap: Heap, initial: Tensor1D) {
    this.#heap = heap;
    this.size = initial.size;
    this.#value = keep(initial.clone());
  }

  read(): Tensor1D {
    return this.#value.clone();
  }

  assign(value: Tensor1D): void {
    this.#replace(value.clone());
  }

  dispose(): void {
    this.#value.dispose();
  }

  /**
   * Byte offset of the value, for a kernel to write to. Where another tensor still shares the data (one that `read`
   * gave, or that was assigned), the value moves to a copy first: no reader ever sees a change.
   */
  writable(): number {
    if (this.#heap.backend.refCount(this.#value.dataId) > 1) this.#replace(this.#heap.copy(this.#value));
    return this.#heap.at(this.#value);
  }

  #replace(value: Tensor1D): void {
    const old = this.#value;
    this.#value = keep(value);
    old.dispose();
  }
}
