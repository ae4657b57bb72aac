import type { Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Activation } from "../engine/activation.js";
import type { Shape4D } from "../engine/ops.js";
import type { Activations, Block, Feature, FeatureShape, NetworkBuilder } from "./block.js";
import { type Normalization, normalized } from "./normalization.js";

export interface ConvolutionOptions {
  name: string;
  input: Feature;
  filters: number;
  /** Side of the square kernel, odd. */
  kernel?: number;
  stride?: number;
  normalization: Normalization;
  /** Undefined: none, and the filters' activations are seen further on, behind a residual sum. */
  activation: Activation | undefined;
  /** Channel group that its filters join. Default: a new one. */
  group?: number | undefined;
  /** Whether its width is in the network's width list. Default true. */
  listed?: boolean;
}

/** Convolution, normalization (or a bias), activation: the unit whose filters live or die. */
export function convolution(builder: NetworkBuilder, options: ConvolutionOptions): Block {
  const { name, input, filters, kernel = 3, stride = 1, normalization, activation } = options;
  const { group, listed = true } = options;
  const [height, width, channels] = input.shape;
  const filterShape: Shape4D = [kernel, kernel, channels, filters];
  const weight = builder.parameter(`${name}/weight`, filterShape, "weight");
  builder.read(input, weight);
  const rest = normalized(builder, { name, filters, normalization, activation });
  const { gamma, beta } = rest;
  const layer = builder.filterLayer({ name, filters, weight, gamma, beta, group, listed });
  const shape: FeatureShape = [Math.ceil(height / stride), Math.ceil(width / stride), filters];
  return {
    output: { shape, group: builder.layers[layer]!.group },
    layer,
    macs: kernel * kernel * channels * filters * shape[0] * shape[1],
    train(images, pass) {
      const { ops, parameters, gradients } = pass;
      const x = images as Tensor4D;
      const w = parameters[weight] as Tensor4D;
      const { output, backward } = rest.train(ops.conv2d(x, w, stride), pass, layer);
      return {
        output,
        backward(dy, needsInput) {
          const dz = backward(dy as Tensor4D);
          gradients[weight] = ops.conv2dFilterGradient(x, dz, filterShape, stride);
          return needsInput ? ops.conv2dInputGradient(dz, w, x.shape, stride) : undefined;
        },
      };
    },
    infer(images, pass) {
      const z = pass.ops.conv2d(images as Tensor4D, pass.parameters[weight] as Tensor4D, stride);
      const y = rest.infer(z, pass, layer);
      if (activation) pass.onActivation?.(layer, y);
      return y;
    },
  };
}

/** 2x2 maximum pooling with stride 2. */
export function maxPool({ shape: [height, width, channels], group }: Feature): Block {
  return {
    output: { shape: [Math.floor(height / 2), Math.floor(width / 2), channels], group },
    macs: 0,
    train(images, { ops }) {
      const x = images as Tensor4D;
      const y = ops.maxPool(x);
      return { output: y, backward: (dy) => ops.maxPoolGradient(dy as Tensor4D, x, y) };
    },
    infer: (images, { ops }) => ops.maxPool(images as Tensor4D),
  };
}

/** Mean over the map: [N, H, W, C] -> [N, C]. */
export function globalAveragePool({ shape: [height, width, channels], group }: Feature): Block {
  const pixels = height * width;
  const pool = (images: Activations) => tf.mean(images, [1, 2]) as Tensor2D;
  return {
    output: { shape: [1, 1, channels], group },
    macs: 0,
    train: (images) => ({
      output: pool(images),
      backward: (dy) =>
        tf.tidy(() => {
          const count = dy.shape[0];
          const share = tf.reshape(tf.div(dy, pixels), [count, 1, 1, channels]);
          return tf.broadcastTo(share, [count, height, width, channels]) as Tensor4D;
        }),
    }),
    infer: pool,
  };
}

/** Fully connected layer with bias: [N, C] -> [N, outputs]. */
export function dense(
  builder: NetworkBuilder,
  { name, input, outputs }: { name: string; input: Feature; outputs: number },
): Block {
  const inputs = input.shape[2];
  const weight = builder.parameter(`${name}/weight`, [inputs, outputs], "weight");
  const bias = builder.parameter(`${name}/bias`, [outputs], "bias");
  builder.read(input, weight);
  const apply = (x: Activations, parameters: readonly tf.Tensor[]) =>
    tf.add(tf.matMul(x as Tensor2D, parameters[weight] as Tensor2D), parameters[bias]!) as Tensor2D;
  return {
    output: { shape: [1, 1, outputs], group: undefined },
    macs: inputs * outputs,
    train: (x, { parameters, gradients }) => ({
      output: apply(x, parameters),
      backward(dy) {
        gradients[weight] = tf.matMul(x as Tensor2D, dy as Tensor2D, true, false);
        gradients[bias] = tf.sum(dy, 0);
        return tf.matMul(dy as Tensor2D, parameters[weight] as Tensor2D, false, true);
      },
    }),
    infer: (x, { parameters }) => apply(x, parameters),
  };
}
