import type { Tensor1D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { sign } from "../engine/sign.js";
import type { ParameterLayout, ParameterRole } from "../models/layout.js";
import { parameterRoles } from "./penalty-config.js";
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
 * @param acts at which steps, counted from 1; all by default
 */
export function addDecayedWeights(
  lambda: number,
  roles?: readonly ParameterRole[],
  acts?: (step: number) => boolean,
): GradientTransform {
  const name = "addDecayedWeights";
  const shares = acts && { rates: (step: number) => [acts(step) ? 1 : 0] };
  if (roles) {
    return {
      name,
      ...shares,
      constants: (layout) => ({ strengths: roleMask(layout, roles, lambda) }),
      apply(updates, { strengths }, { parameters, rates: [share] }) {
        const pull = tf.mul(parameters, strengths!.read());
        return tf.add(updates, share === undefined ? pull : tf.mul(pull, share)) as Tensor1D;
      },
    };
  }
  if (acts) {
    return {
      name,
      rates: (step) => [acts(step) ? lambda : 0],
      apply: (updates, _vectors, { parameters, rates: [strength] }) =>
        tf.add(updates, tf.mul(parameters, strength!)) as Tensor1D,
      fuse: ({ update }, _vectors, [strength]) => ({ stage: 1, update: { ...update, l2: strength! } }),
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
 * @param acts at which steps, counted from 1; all by default
 */
export function decayWeights(
  lambda: number,
  roles?: readonly ParameterRole[],
  acts: (step: number) => boolean = always,
): GradientTransform {
  const name = "decayWeights";
  if (roles) {
    return {
      name,
      constants: (layout) => ({ strengths: roleMask(layout, roles, lambda) }),
      rates: (step, scheduleFactor) => [acts(step) ? scheduleFactor : 0],
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
    rates: (step, scheduleFactor) => [acts(step) ? lambda * scheduleFactor : 0],
    apply: (updates, _vectors, { parameters, rates: [share] }) =>
      tf.sub(updates, tf.mul(tf.add(parameters, updates), share!)) as Tensor1D,
    fuse: ({ update }, _vectors, [share]) => ({ stage: 4, update: { ...update, decay: share! } }),
  };
}

/**
 * Cautious weight decay (Chen et al. 2025, arXiv 2510.12402): decoupled decay of the parameters that the optimizer does not
 * move away from 0, those for which u * theta >= 0 where u is what the learning rate multiplies and is subtracted. The paper
 * shrinks theta as it is before the step, this project, as in `decayWeights`, after it. Stands last in a chain.
 *
 * @param roles the parameters that it covers; all by default
 * @param acts at which steps, counted from 1; all by default
 */
export function decayAlignedWeights(
  lambda: number,
  roles: readonly ParameterRole[] = parameterRoles,
  acts: (step: number) => boolean = always,
): GradientTransform {
  return {
    name: "decayAlignedWeights",
    constants: (layout) => ({ strengths: roleMask(layout, roles, lambda) }),
    rates: (step, scheduleFactor) => [acts(step) ? scheduleFactor : 0],
    apply(updates, { strengths }, { parameters, rates: [factor] }) {
      // Signs are multiplied, not values: the product of two small numbers may be 0.
      const outward = tf.relu(tf.mul(sign(updates), sign(parameters)));
      const shares = tf.mul(tf.mul(strengths!.read(), factor!), tf.sub(1, outward));
      return tf.sub(updates, tf.mul(tf.add(parameters, updates), shares)) as Tensor1D;
    },
  };
}

const always = () => true;
