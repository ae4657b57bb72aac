import type { Tensor1D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";

/** Takes every normal number of single precision beyond 1. */
const large = 2 ** 127;

/**
 * -1, 0 or 1, NaN of NaN and of infinity. Not `tf.sign`, which on tfjs' wasm backend is 0 wherever |value| is below
 * about 1e-7.
 */
export const sign = (values: Tensor1D): Tensor1D =>
  tf.add(tf.clipByValue(tf.mul(values, large), -1, 1), tf.mul(values, 0));
