import type { Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import { type Activation, slopeOf } from "../engine/activation.js";
import type { InferencePass, NetworkBuilder, TrainingPass } from "./block.js";
import { checkNormalizing } from "./single-value.js";
import { checkGroups } from "./widths.js";

/** PyTorch's default, so that both sides of a comparison normalize alike (tfjs layers' is 1e-3). */
export const batchNormEpsilon = 1e-5;

/**
 * - "batch": over the images and pixels of the batch; running statistics in evaluation mode.
 * - "group": of each image, over its pixels and the channels of each of `groups` groups; "layer" is one group.
 * - "none": no normalization and no gamma, a bias in place of beta.
 */
export type Normalization = { name: "batch" | "layer" | "none" } | { name: "group"; groups: number };

/** What follows a convolution: normalization, or a bias, and the nonlinearity. */
export interface Normalized {
  /** Indices into the parameters; `beta` is the bias where there is no normalization. */
  gamma: number | undefined;
  beta: number;
  /** `layer` is the filter layer's index. `backward` takes the gradient of the output and returns that of z. */
  train(
    z: Tensor4D,
    pass: TrainingPass,
    layer: number,
  ): { output: Tensor4D; backward(dy: Tensor4D): Tensor4D };
  infer(z: Tensor4D, pass: InferencePass, layer: number): Tensor4D;
}

export interface NormalizedOptions {
  /** Of the filter layer. */
  name: string;
  filters: number;
  normalization: Normalization;
  /** Undefined: none. */
  activation: Activation | undefined;
}

/**
 * Registers the parameters of normalization and nonlinearity behind a convolution. A nonlinearity that is linear on
 * either side of zero goes into the same kernel; another is an operation of its own.
 */
export function normalized(builder: NetworkBuilder, options: NormalizedOptions): Normalized {
  const { name, filters, normalization, activation } = options;
  const slope = slopeOf(activation);
  const linear = linearPart(builder, normalization, { name, filters, slope: slope ?? 1 });
  return slope === undefined && activation ? curved(linear, activation) : linear;
}

interface RectifiedOptions {
  name: string;
  filters: number;
  slope: number;
}

function linearPart(
  builder: NetworkBuilder,
  normalization: Normalization,
  options: RectifiedOptions,
): Normalized {
  switch (normalization.name) {
    case "batch":
      return batchNormalized(builder, options);
    case "group":
      return groupNormalized(builder, normalization.groups, options);
    case "layer":
      return groupNormalized(builder, 1, options);
    case "none":
      return biased(builder, options);
  }
}

function batchNormalized(builder: NetworkBuilder, { name, filters, slope }: RectifiedOptions): Normalized {
  const gamma = builder.parameter(`${name}/gamma`, [filters], "gamma");
  const beta = builder.parameter(`${name}/beta`, [filters], "beta");
  const options = { epsilon: batchNormEpsilon, slope };
  return {
    gamma,
    beta,
    train(z, { ops, parameters, gradients, statistics }, layer) {
      const [images, height, width] = z.shape;
      checkNormalizing({ name, kind: "batch", values: images * height * width });
      const scale = parameters[gamma] as Tensor1D;
      const forward = ops.batchNorm(z, scale, parameters[beta] as Tensor1D, options);
      statistics[layer] = { mean: forward.mean, variance: forward.variance };
      return {
        output: forward.output,
        backward(dy) {
          const gradient = ops.batchNormGradient(dy, z, scale, forward, options);
          gradients[gamma] = gradient.gamma;
          gradients[beta] = gradient.beta;
          return gradient.input;
        },
      };
    },
    infer(z, { ops, parameters, statistics }, layer) {
      const { mean, variance } = statistics[layer]!;
      const [scale, shift] = [parameters[gamma] as Tensor1D, parameters[beta] as Tensor1D];
      return ops.batchNormInference(z, scale, shift, mean, variance, options);
    },
  };
}

function groupNormalized(
  builder: NetworkBuilder,
  groups: number,
  { name, filters, slope }: RectifiedOptions,
): Normalized {
  checkGroups([{ name, filters }], groups);
  const gamma = builder.parameter(`${name}/gamma`, [filters], "gamma");
  const beta = builder.parameter(`${name}/beta`, [filters], "beta");
  const options = { epsilon: batchNormEpsilon, groups, slope };
  return {
    gamma,
    beta,
    train(z, { ops, parameters, gradients }) {
      const [, height, width] = z.shape;
      checkNormalizing({ name, kind: "group", values: (filters / groups) * height * width });
      const scale = parameters[gamma] as Tensor1D;
      const forward = ops.groupNorm(z, scale, parameters[beta] as Tensor1D, options);
      return {
        output: forward.output,
        backward(dy) {
          const gradient = ops.groupNormGradient(dy, z, scale, forward, options);
          gradients[gamma] = gradient.gamma;
          gradients[beta] = gradient.beta;
          return gradient.input;
        },
      };
    },
    infer: (z, { ops, parameters }) =>
      ops.groupNorm(z, parameters[gamma] as Tensor1D, parameters[beta] as Tensor1D, options).output,
  };
}

function biased(builder: NetworkBuilder, { name, filters, slope }: RectifiedOptions): Normalized {
  const bias = builder.parameter(`${name}/bias`, [filters], "bias");
  return {
    gamma: undefined,
    beta: bias,
    train(z, { ops, parameters, gradients }) {
      const output = ops.addBias(z, parameters[bias] as Tensor1D, { slope });
      return {
        output,
        backward(dy) {
          const gradient = ops.addBiasGradient(dy, output, { slope });
          gradients[bias] = gradient.bias;
          return gradient.input;
        },
      };
    },
    infer: (z, { ops, parameters }) => ops.addBias(z, parameters[bias] as Tensor1D, { slope }),
  };
}

/** `linear` with a nonlinearity behind it. */
function curved(linear: Normalized, activation: Activation): Normalized {
  return {
    ...linear,
    train(z, pass, layer) {
      const forward = linear.train(z, pass, layer);
      const output = pass.ops.activate(forward.output, activation);
      return {
        output,
        backward: (dy) =>
          forward.backward(pass.ops.activationGradient(dy, forward.output, output, activation)),
      };
    },
    infer: (z, pass, layer) => pass.ops.activate(linear.infer(z, pass, layer), activation),
  };
}
