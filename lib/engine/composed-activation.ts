import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { type Activation, slopeOf } from "./activation.js";

/** max(x, slope * x) */
export function rectify(x: Tensor4D, slope: number): Tensor4D {
  if (slope === 1) return x.clone();
  return slope === 0 ? tf.relu(x) : tf.leakyRelu(x, slope);
}

/** dy where y > 0, slope * dy elsewhere. y may be the input or the output of the nonlinearity. */
export function rectifyGradient(dy: Tensor4D, y: Tensor4D, slope: number): Tensor4D {
  if (slope === 1) return dy.clone();
  return tf.tidy(() => {
    const open = tf.step(y);
    return tf.mul(dy, slope === 0 ? open : tf.add(tf.mul(open, 1 - slope), slope)) as Tensor4D;
  });
}

/** Any nonlinearity, composed of tfjs' own operations. */
export function composedActivate(x: Tensor4D, activation: Activation): Tensor4D {
  const slope = slopeOf(activation);
  if (slope !== undefined) return rectify(x, slope);
  return tf.tidy(() => {
    switch (activation.name) {
      case "elu":
        return tf.elu(x);
      case "gelu":
        return tf.mul(x, normalShare(x)) as Tensor4D;
      default:
        return tf.mul(x, tf.sigmoid(x)) as Tensor4D;
    }
  });
}

/** Its gradient, given input x and output y. */
export function composedActivationGradient(
  dy: Tensor4D,
  x: Tensor4D,
  y: Tensor4D,
  activation: Activation,
): Tensor4D {
  const slope = slopeOf(activation);
  if (slope !== undefined) return rectifyGradient(dy, y, slope);
  return tf.tidy(() => {
    switch (activation.name) {
      case "elu":
        return tf.mul(dy, tf.add(tf.minimum(y, 0), 1)) as Tensor4D;
      case "gelu": {
        const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
        return tf.mul(dy, tf.add(normalShare(x), tf.mul(x, density))) as Tensor4D;
      }
      default: {
        const share = tf.sigmoid(x);
        // s + x * s * (1 - s) with y = x * s
        return tf.mul(dy, tf.add(share, tf.mul(y, tf.sub(1, share)))) as Tensor4D;
      }
    }
  });
}

/** Share of a standard normal distribution below x. */
const normalShare = (x: Tensor4D) => tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);
