import type { Tensor1D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { moveAverage, overRoot } from "./moving-average.js";
import type { GradientTransform } from "./transform.js";

export interface RmsOptions {
  /** Decay of the mean of squared gradients. Default 0.99 (PyTorch's `alpha`; tfjs' `decay` is 0.9). */
  decay?: number;
  /** Added to the root. Default 1e-8 (PyTorch's; tfjs' is 1e-7, inside the root). */
  epsilon?: number;
}

/**
 * RMSProp (Tieleman and Hinton 2012): the gradient over the root of a running mean of its square. Followed by `trace`
 * it is PyTorch's RMSprop with `momentum`.
 */
export function scaleByRms({ decay = 0.99, epsilon = 1e-8 }: RmsOptions = {}): GradientTransform {
  return {
    name: "scaleByRms",
    slots: ["meanSquare"],
    apply: (updates, { meanSquare }) =>
      overRoot(updates, moveAverage(meanSquare!, tf.square(updates), decay), epsilon),
    fuse: ({ update }, { meanSquare }) => ({
      stage: 2,
      update: { ...update, rule: { name: "rmsprop", decay, epsilon, meanSquare: meanSquare! } },
    }),
  };
}

/**
 * AdaGrad (Duchi, Hazan and Singer 2011): the gradient over the root of the sum of all its squares.
 *
 * @param epsilon added to the root; default 1e-10 (PyTorch's; tfjs has 1e-7 inside the root and starts the sum at 0.1,
 *   not 0)
 */
export function scaleByRootSumOfSquares({ epsilon = 1e-10 }: { epsilon?: number } = {}): GradientTransform {
  return {
    name: "scaleByRootSumOfSquares",
    slots: ["sumOfSquares"],
    apply(updates, { sumOfSquares }) {
      const sum = tf.add(sumOfSquares!.read(), tf.square(updates)) as Tensor1D;
      sumOfSquares!.assign(sum);
      return overRoot(updates, sum, epsilon);
    },
    fuse: ({ update }, { sumOfSquares }) => ({
      stage: 2,
      update: { ...update, rule: { name: "adagrad", epsilon, sumOfSquares: sumOfSquares! } },
    }),
  };
}

export interface AdadeltaOptions {
  /** Decay of both means. Default 0.9 (PyTorch's; tfjs' is 0.95). */
  rho?: number;
  /** Added inside both roots. Default 1e-6 (PyTorch's; tfjs' is 1e-7). */
  epsilon?: number;
}

/**
 * Adadelta (Zeiler 2012), algorithm 1: the gradient times the root mean square of past steps over that of gradients.
 * Its learning rate is 1 in the paper and in PyTorch, 1e-3 in tfjs.
 */
export function scaleByAdadelta({ rho = 0.9, epsilon = 1e-6 }: AdadeltaOptions = {}): GradientTransform {
  return {
    name: "scaleByAdadelta",
    slots: ["meanSquare", "meanSquareStep"],
    apply(updates, { meanSquare, meanSquareStep }) {
      const squares = moveAverage(meanSquare!, tf.square(updates), rho);
      const ratio = tf.div(tf.add(meanSquareStep!.read(), epsilon), tf.add(squares, epsilon));
      const step = tf.mul(updates, tf.sqrt(ratio)) as Tensor1D;
      moveAverage(meanSquareStep!, tf.square(step), rho);
      return step;
    },
    fuse: ({ update }, { meanSquare, meanSquareStep }) => ({
      stage: 2,
      update: {
        ...update,
        rule: { name: "adadelta", rho, epsilon, meanSquare: meanSquare!, meanSquareStep: meanSquareStep! },
      },
    }),
  };
}
