import type { Tensor1D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";

/** The smallest normal number of single precision. */
const smallest = 2 ** -126;

/** -1, 0 or 1, NaN of NaN. Not `tf.sign`, which on tfjs' wasm backend is 0 wherever |value| is below about 1e-7. */
export const sign = (values: Tensor1D): Tensor1D => tf.div(values, tf.maximum(tf.abs(values), smallest));
