import type { Tensor, Tensor2D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { type AdamOptions, adamRule } from "./adam.js";
import { scaleBy } from "./scale-by.js";
import type { GradientTransform } from "./transform.js";

export interface MuonOptions {
  /** Learning rate of the convolutions' filters: the one that `scaleByLearningRate` multiplies with afterwards. */
  learningRate: number;
  /** Decay of the mean of gradients. Default 0.95 (also PyTorch's; tfjs has no Muon). */
  momentum?: number;
  /** Look ahead. Default true (also PyTorch's). */
  nesterov?: boolean;
  /** Newton-Schulz iterations. Default 5 (also PyTorch's). */
  iterations?: number;
  /**
   * What the learning rate is multiplied with for a matrix of `fanIn` x `filters`: "original" is
   * sqrt(max(1, filters / fanIn)), "match-rms-adamw" 0.2 * sqrt(max(filters, fanIn)). Default "original" (also
   * PyTorch's).
   */
  adjustment?: "original" | "match-rms-adamw";
  /** Adam for everything else. Defaults of Muon's authors: rate 3e-4, beta1 0.9, beta2 0.95, epsilon 1e-10. */
  adam?: AdamOptions & { learningRate?: number };
}

/** Coefficients of the quintic iteration (Jordan 2024), which PyTorch has too. */
const [a, b, c] = [3.4445, -4.775, 2.0315];
/** Smallest norm by which a matrix is divided (PyTorch's). */
const smallestNorm = 1e-7;

/**
 * Muon (Jordan et al. 2024, kellerjordan.github.io/posts/muon; PyTorch's `torch.optim.Muon`): the momentum of every
 * convolution's filters, as a matrix of fan-in x filters, is replaced by the nearest orthogonal one, roughly. All
 * other parameters (gamma, beta, biases and the classifier) are left to Adam, as its authors advise.
 *
 * PyTorch iterates in bfloat16, this in float32.
 */
export function scaleByMuon({
  learningRate,
  momentum = 0.95,
  nesterov = true,
  iterations = 5,
  adjustment = "original",
  adam: { learningRate: adamRate = 3e-4, ...adamOptions } = {},
}: MuonOptions): GradientTransform {
  const adam = scaleBy(adamRule({ beta2: 0.95, epsilon: 1e-10, ...adamOptions }));
  const orthogonal = (filters: Tensor): Tensor => {
    const [count, fanIn] = [filters.shape.at(-1)!, filters.size / filters.shape.at(-1)!];
    const scale =
      adjustment === "original"
        ? Math.sqrt(Math.max(1, count / fanIn))
        : 0.2 * Math.sqrt(Math.max(count, fanIn));
    const matrix = orthogonalized(tf.reshape(filters, [fanIn, count]), iterations);
    return tf.reshape(tf.mul(matrix, scale), filters.shape);
  };
  return {
    name: "scaleByMuon",
    slots: ["momentum", ...adam.slots!],
    rates: adam.rates!,
    apply(updates, vectors, context) {
      const { layout } = context;
      const mean = tf.add(tf.mul(vectors.momentum!.read(), momentum), tf.mul(updates, 1 - momentum));
      vectors.momentum!.assign(mean as tf.Tensor1D);
      const ahead = nesterov ? tf.add(tf.mul(updates, 1 - momentum), tf.mul(mean, momentum)) : mean;
      const matrices = layout.split(ahead as tf.Tensor1D);
      const rest = layout.split(
        tf.mul(adam.apply(updates, vectors, context), adamRate / learningRate) as tf.Tensor1D,
      );
      return layout.concat(
        layout.slots.map(({ shape }, slot) =>
          shape.length === 4 ? orthogonal(matrices[slot]!) : rest[slot]!,
        ),
      );
    },
  };
}

/**
 * About U V^T of a matrix U S V^T, by the Newton-Schulz iteration X <- a X + (b (X X^T) + c (X X^T)^2) X on the side
 * on which X X^T is small; singular values end between 0.7 and 1.2.
 */
export function orthogonalized(matrix: Tensor2D, iterations: number): Tensor2D {
  return tf.tidy(() => {
    const [rows, columns] = matrix.shape;
    const tall = rows > columns;
    const norm = tf.maximum(tf.sqrt(tf.sum(tf.square(matrix))), smallestNorm);
    let x = tf.div(tall ? tf.transpose(matrix) : matrix, norm) as Tensor2D;
    for (let iteration = 0; iteration < iterations; iteration++) {
      // An explicit transpose: the embedded engine multiplies fast only what is not flagged as transposed.
      const gram = tf.matMul(x, tf.transpose(x)) as Tensor2D;
      const polynomial = tf.add(tf.mul(gram, b), tf.mul(tf.matMul(gram, gram), c)) as Tensor2D;
      x = tf.add(tf.mul(x, a), tf.matMul(polynomial, x)) as Tensor2D;
    }
    return tall ? (tf.transpose(x) as Tensor2D) : x;
  });
}
