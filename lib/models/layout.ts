import type { Tensor, Tensor1D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";

/** What a parameter is for: penalties and initialization go by it. */
export type ParameterRole = "weight" | "gamma" | "beta" | "bias";

export interface ParameterSpec {
  /** e.g. "C1/weight" */
  name: string;
  /** Convolution weights [height, width, input channels, output channels], dense weights [inputs, outputs]. */
  shape: number[];
  role: ParameterRole;
}

/** Where a parameter lies in the flat vector. */
export interface ParameterSlot extends ParameterSpec {
  offset: number;
  size: number;
}

/** Floats to which slots are aligned: 64 bytes, at which TensorFlow splits a vector without copying it. */
const alignment = 16;

/**
 * All parameters of a network as one vector, so that an optimizer's step is a few operations on it whatever the
 * number of layers. Slots start at multiples of 16; the padding between them stays zero.
 */
export class ParameterLayout {
  readonly slots: ParameterSlot[] = [];
  /** Length of the vector, padding included. */
  readonly length: number;
  /** Trainable parameters, without padding. */
  readonly count: number;
  private readonly paddedSizes: number[];

  constructor(specs: ParameterSpec[]) {
    let offset = 0;
    for (const spec of specs) {
      const size = spec.shape.reduce((product, side) => product * side, 1);
      this.slots.push({ ...spec, offset, size });
      offset += Math.ceil(size / alignment) * alignment;
    }
    this.length = offset;
    this.count = this.slots.reduce((sum, { size }) => sum + size, 0);
    this.paddedSizes = this.slots.map(({ size }) => Math.ceil(size / alignment) * alignment);
  }

  /** The parameters as tensors of their shapes. */
  split(vector: Tensor1D): Tensor[] {
    const pieces = tf.split(vector, this.paddedSizes);
    return this.slots.map(({ size, shape }, index) => {
      const piece = pieces[index]!;
      return tf.reshape(piece.size === size ? piece : tf.slice(piece, 0, size), shape);
    });
  }

  /** The inverse of `split`: one vector of the tensors, in the order of the slots. */
  concat(tensors: Tensor[]): Tensor1D {
    const pieces: Tensor1D[] = [];
    for (const [index, { size, name }] of this.slots.entries()) {
      const tensor = tensors[index];
      if (tensor === undefined || tensor.size !== size) {
        throw new Error(`Parameter ${name} has ${size} values, got ${tensor?.size ?? "none"}.`);
      }
      pieces.push(tf.reshape(tensor, [size]));
      const padding = this.paddedSizes[index]! - size;
      if (padding > 0) pieces.push(tf.zeros([padding]));
    }
    return tf.concat(pieces);
  }

  /** The values of one parameter within a vector that was read out. */
  view(values: Float32Array, slot: ParameterSlot): Float32Array {
    return values.subarray(slot.offset, slot.offset + slot.size);
  }
}
