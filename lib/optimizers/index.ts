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
 * A `Session` takes it as `chain`. An optimizer of runs, with an id, a label and a color, is one file like lion.ts: what a
 * configuration may say of it, and its rule as formulas, which every engine turns into one pass over memory. It is named
 * in config.ts, and its style in lib/figures/palette.ts.
 */

export { sign } from "../engine/sign.js";
export type { AdadeltaOptions } from "./adadelta.js";
export type { AdamOptions } from "./adam.js";
export { type AdamWOptions, adamW } from "./adamw.js";
export { optimizerChain } from "./configured.js";
export { scaleByLearningRate } from "./learning-rate.js";
export * from "./links.js";
export type { LionOptions } from "./lion.js";
export { type MuonOptions, scaleByMuon } from "./muon.js";
export type { NadamOptions } from "./nadam.js";
export { type Chain, chain, createOptimizer, type Optimizer, type OptimizerState } from "./optimizer.js";
export { addDecayedWeights, addSigns, decayWeights } from "./penalties.js";
export type { RmsOptions } from "./rmsprop.js";
export type { Rule } from "./rule.js";
export { scaleBy } from "./scale-by.js";
export type { MomentumOptions } from "./sgd.js";
export type { GradientTransform, UpdateContext, Vectors } from "./transform.js";
