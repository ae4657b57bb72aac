import type { Tensor1D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { ParameterLayout, ParameterSlot } from "../models/layout.js";

/** Far below any norm that weights have: what a norm of 0 is divided by instead. */
const smallest = 1e-20;

const isFilters = ({ shape }: Pick<ParameterSlot, "shape">): boolean => shape.length === 4;

/** Euclidean norms of the weights of every convolution's filters, layer after layer. */
export function filterNorms(layout: ParameterLayout, parameters: Float32Array): Float32Array {
  return Float32Array.from(
    layout.slots.filter(isFilters).flatMap((slot) => {
      const filters = slot.shape.at(-1)!;
      const squares = new Array<number>(filters).fill(0);
      for (const [index, weight] of layout.view(parameters, slot).entries())
        squares[index % filters]! += weight * weight;
      return squares.map(Math.sqrt);
    }),
  );
}

/** A parameter vector that was read out, with every filter's weights rescaled to its norm, in the order of `filterNorms`. */
export function withFilterNorms(
  layout: ParameterLayout,
  parameters: Float32Array,
  norms: Float32Array,
): Float32Array {
  const present = filterNorms(layout, parameters);
  const rescaled = parameters.slice();
  let first = 0;
  for (const slot of layout.slots.filter(isFilters)) {
    const filters = slot.shape.at(-1)!;
    const target = layout.view(rescaled, slot);
    for (let index = 0; index < target.length; index++) {
      const filter = first + (index % filters);
      target[index]! *= norms[filter]! / Math.max(present[filter]!, smallest);
    }
    first += filters;
  }
  return rescaled;
}

/** The same on an engine. Belongs to the caller's `tf.tidy`. */
export function rescaleFilters(layout: ParameterLayout, parameters: Tensor1D, norms: Tensor1D): Tensor1D {
  const sizes = layout.slots.filter(isFilters).map(({ shape }) => shape.at(-1)!);
  const targets = tf.split(norms, sizes);
  return layout.concat(
    layout.split(parameters).map((values) => {
      if (!isFilters(values)) return values;
      const norm = tf.sqrt(tf.sum(tf.square(values), [0, 1, 2]));
      return tf.mul(values, tf.div(targets.shift()!, tf.maximum(norm, smallest)));
    }),
  );
}
