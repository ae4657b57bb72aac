import { keep, type Tensor, type Tensor1D } from "@tensorflow/tfjs-core";

/** A named place for a tensor that changes over training. It survives `tf.tidy`. */
export interface Variable {
  readonly size: number;
  /** The present value. Belongs to the caller's `tf.tidy`; do not keep it over an update. */
  read(): Tensor1D;
  /** Replaces the value. */
  assign(value: Tensor1D): void;
  dispose(): void;
}

/** A variable that any backend can have: holds one tensor and swaps it. */
export function heldVariable(initial: Tensor1D): Variable {
  let value = keep(initial.clone() as Tensor1D);
  return {
    size: initial.size,
    read: () => value.clone() as Tensor1D,
    assign(next: Tensor) {
      const old = value;
      value = keep(next.clone() as Tensor1D);
      old.dispose();
    },
    dispose: () => value.dispose(),
  };
}
