/**
 * Optimizers as chains of gradient transforms, after optax. One of your own is a transform (a function of the vector of
 * all gradients, with vectors that it keeps) in a chain. Signum (Bernstein et al. 2018), the sign of the momentum, with
 * L2:
 *
 *     import { addDecayedWeights, chain, type GradientTransform, scaleByLearningRate, sign } from "filter-sparsity";
 *     import * as tf from "@tensorflow/tfjs-core";
 *
 *     function scaleBySignum(momentum = 0.9): GradientTransform {
 *       return {
 *         name: "scaleBySignum",
 *         slots: ["velocity"],
 *         apply(updates, { velocity }) {
 *           const next = tf.add(tf.mul(velocity!.read(), momentum), tf.mul(updates, 1 - momentum)) as tf.Tensor1D;
 *           velocity!.assign(next);
 *           return sign(next);
 *         },
 *       };
 *     }
 *     const signum = chain(addDecayedWeights(1e-3), scaleBySignum(), scaleByLearningRate(1e-3));
 *
 * A `Trainer` takes it as `chain`. To make it an optimizer of runs, with an id, a label and a color, add its constants
 * to config.ts, a case to `rule` in configured.ts, its name to lib/runs/describe.ts and its style to
 * lib/figures/palette.ts.
 */
export * from "./accumulators.js";
export * from "./adam.js";
export { type AdamWOptions, adamW } from "./adamw.js";
export { optimizerChain } from "./configured.js";
export { type LionOptions, scaleByLion } from "./lion.js";
export * from "./momentum.js";
export { type MuonOptions, scaleByMuon } from "./muon.js";
export { type Chain, chain, createOptimizer, type Optimizer, type OptimizerState } from "./optimizer.js";
export { addDecayedWeights, addSigns, decayWeights } from "./penalties.js";
export { sign } from "./sign.js";
export type { GradientTransform, UpdateContext, Vectors } from "./transform.js";
