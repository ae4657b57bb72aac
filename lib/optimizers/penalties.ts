import type { Tensor1D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { sign } from "../engine/sign.js";
import type { ParameterLayout, ParameterRole } from "../models/layout.js";
import type { GradientTransform } from "./transform.js";

/** `value` at the parameters of these roles, 0 elsewhere: a vector over the layout. */
export function roleMask(
  layout: ParameterLayout,
  roles: readonly ParameterRole[],
  value: number,
): Float32Array {
  const mask = new Float32Array(layout.length);
  for (const { role, offset, size } of layout.slots) {
    if (roles.includes(role)) mask.fill(value, offset, offset + size);
  }
  return mask;
}

/**
 * L2 regularization: g + lambda * theta, as a part of the gradient. `lambda` multiplies theta itself (PyTorch's
 * `weight_decay`), not 2 * theta (the `l2` of tfjs layers). Stands first in a chain.
 *
 * @param roles the parameters that it covers; all by default
 */
export function addDecayedWeights(lambda: number, roles?: readonly ParameterRole[]): GradientTransform {
  const name = "addDecayedWeights";
  if (roles) {
    return {
      name,
      constants: (layout) => ({ strengths: roleMask(layout, roles, lambda) }),
      apply: (updates, { strengths }, { parameters }) =>
        tf.add(updates, tf.mul(parameters, strengths!.read())) as Tensor1D,
    };
  }
  return {
    name,
    apply: (updates, _vectors, { parameters }) => tf.add(updates, tf.mul(parameters, lambda)) as Tensor1D,
    fuse: ({ update }) => ({ stage: 1, update: { ...update, l2: lambda } }),
  };
}

/**
 * L1 regularization by its subgradient: g + lambda * sign(theta), sign(0) = 0. On gamma alone it is network slimming
 * (Liu et al. 2017). Stands before the optimizer's rule.
 */
export function addSigns(lambda: number, roles: readonly ParameterRole[]): GradientTransform {
  return {
    name: "addSigns",
    constants: (layout) => ({ strengths: roleMask(layout, roles, lambda) }),
    apply: (updates, { strengths }, { parameters }) =>
      tf.add(updates, tf.mul(sign(parameters), strengths!.read())) as Tensor1D,
  };
}

/**
 * Decoupled weight decay (Loshchilov and Hutter 2019): after the step theta is multiplied by
 * (1 - lambda * schedule factor). Stands last in a chain. `lambda` is per step and not multiplied by the learning
 * rate (PyTorch's AdamW multiplies its `weight_decay` by the learning rate, see `adamW`).
 *
 * @param roles the parameters that it covers; all by default
 */
export function decayWeights(lambda: number, roles?: readonly ParameterRole[]): GradientTransform {
  const name = "decayWeights";
  if (roles) {
    return {
      name,
      constants: (layout) => ({ strengths: roleMask(layout, roles, lambda) }),
      rates: (_step, scheduleFactor) => [scheduleFactor],
      apply(updates, { strengths }, { parameters, rates: [factor] }) {
        const shares = tf.mul(strengths!.read(), factor!);
        return tf.sub(updates, tf.mul(tf.add(parameters, updates), shares)) as Tensor1D;
      },
      fuse: ({ update }, { strengths }, [factor]) => ({
        stage: 4,
        update: { ...update, decay: tf.mul(strengths!.read(), factor!) as Tensor1D },
      }),
    };
  }
  return {
    name,
    rates: (_step, scheduleFactor) => [lambda * scheduleFactor],
    apply: (updates, _vectors, { parameters, rates: [share] }) =>
      tf.sub(updates, tf.mul(tf.add(parameters, updates), share!)) as Tensor1D,
    fuse: ({ update }, _vectors, [share]) => ({ stage: 4, update: { ...update, decay: share! } }),
  };
}
