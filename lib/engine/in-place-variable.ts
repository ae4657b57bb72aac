import { keep, type Tensor1D } from "@tensorflow/tfjs-core";
import type { Variable } from "./variable.js";

/** What an engine knows of where its tensors lie. */
export interface TensorStorage {
  /** How many tensors share this tensor's data, itself included. */
  sharers(tensor: Tensor1D): number;
  /** A new tensor with the same values. */
  copy(tensor: Tensor1D): Tensor1D;
}

/** A variable that kernels change in place. Its fields are truly private: `tf.tidy` searches what it can see. */
export class InPlaceVariable implements Variable {
  readonly size: number;
  readonly #storage: TensorStorage;
  #value: Tensor1D;

  constructor(storage: TensorStorage, initial: Tensor1D) {
    this.#storage = storage;
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
   * The value, for a kernel to write to. Where another tensor still shares the data (one that `read` gave, or that
   * was assigned), the value moves to a copy first: no reader ever sees a change.
   */
  writableValue(): Tensor1D {
    if (this.#storage.sharers(this.#value) > 1) this.#replace(this.#storage.copy(this.#value));
    return this.#value;
  }

  #replace(value: Tensor1D): void {
    const old = this.#value;
    this.#value = keep(value);
    old.dispose();
  }
}
