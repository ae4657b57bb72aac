import type { Tensor1D, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Ops } from "../engine/ops.js";
import type {
  Activations,
  Block,
  ChannelGroup,
  FeatureShape,
  FilterLayer,
  InferencePass,
  NetworkBuilder,
  TrainingPass,
} from "./block.js";
import { ParameterLayout } from "./layout.js";
import { trainSequence } from "./sequence.js";

/**
 * Running mean and variance of every filter, the layers one after another; mean 0 and variance 1 of filters without
 * batch normalization.
 */
export interface RunningStatistics {
  mean: Tensor1D;
  variance: Tensor1D;
}

/** What evaluation needs besides the images. */
export type PreparedState = Pick<InferencePass, "parameters" | "statistics">;

/** What one training pass gives. All tensors belong to the caller's `tf.tidy`. */
export interface TrainingResult {
  /** [N, classes] */
  logits: Tensor2D;
  /** Gradient of the mean loss over the flat parameter vector. */
  gradient: Tensor1D;
  /** Mean and unbiased variance of the batch, all filters. */
  statistics: RunningStatistics;
}

/** A sequence of blocks with its parameters: a value without state; parameters come with every call. */
export class Network {
  readonly layout: ParameterLayout;
  readonly layers: readonly FilterLayer[];
  /** Channels by who writes and who reads them: what has to be cut together. */
  readonly groups: readonly ChannelGroup[];
  /** Filters of each listed convolution in order: the width list that the network was made from. */
  readonly widths: readonly number[];
  /** Filters of all layers. */
  readonly channels: number;
  /** Multiply-accumulates of one image, convolutions and dense layers. */
  readonly macs: number;

  constructor(
    readonly input: FeatureShape,
    private readonly blocks: readonly Block[],
    builder: NetworkBuilder,
  ) {
    this.layout = new ParameterLayout(builder.parameters);
    this.layers = builder.layers;
    this.groups = builder.groups;
    this.widths = builder.layers.flatMap(({ listed, filters }) => (listed ? filters : []));
    this.channels = builder.layers.reduce((sum, { filters }) => sum + filters, 0);
    this.macs = blocks.reduce((sum, block) => sum + block.macs, 0);
  }

  /** Forward and backward pass in training mode. `labels` are class indices [N], int32. */
  train(ops: Ops, parameters: Tensor1D, images: Tensor4D, labels: Tensor1D): TrainingResult {
    const pass: TrainingPass = {
      ops,
      parameters: this.layout.split(parameters),
      gradients: [],
      statistics: [],
    };
    const { output, backward } = trainSequence(this.blocks, images, pass);
    const logits = output as Tensor2D;
    backward(ops.softmaxCrossEntropyGradient(logits, labels), false);
    return {
      logits,
      gradient: this.layout.concat(pass.gradients),
      statistics: this.concatStatistics(pass.statistics),
    };
  }

  private concatStatistics(layers: TrainingPass["statistics"]): RunningStatistics {
    if (layers.length === 0) return { mean: tf.zeros([this.channels]), variance: tf.ones([this.channels]) };
    return {
      mean: tf.concat(layers.map(({ mean }) => mean)),
      variance: tf.concat(layers.map(({ variance }) => variance)),
    };
  }

  /**
   * Prepares evaluation with fixed parameters and statistics: the returned function takes images [N, H, W, C] to
   * logits [N, classes]. Call it, and this, within one `tf.tidy` scope or dispose what they make.
   */
  inference(
    ops: Ops,
    parameters: Tensor1D,
    statistics: RunningStatistics,
  ): (images: Tensor4D, onActivation?: InferencePass["onActivation"]) => Tensor2D {
    const state = this.prepare(parameters, statistics);
    return (images, onActivation) =>
      this.infer(images, { ops, ...state, ...(onActivation && { onActivation }) });
  }

  /** Parameters and statistics as tensors of their shapes: what `infer` takes, for as long as they are kept. */
  prepare(parameters: Tensor1D, { mean, variance }: RunningStatistics): PreparedState {
    const sizes = this.layers.map(({ filters }) => filters);
    const means = tf.split(mean, sizes) as Tensor1D[];
    const variances = tf.split(variance, sizes) as Tensor1D[];
    return {
      parameters: this.layout.split(parameters),
      statistics: means.map((own, layer) => ({ mean: own, variance: variances[layer]! })),
    };
  }

  /** Logits [N, classes] of images [N, H, W, C]. */
  infer(images: Tensor4D, pass: InferencePass): Tensor2D {
    return this.blocks.reduce<Activations>(
      (activations, block) => block.infer(activations, pass),
      images,
    ) as Tensor2D;
  }
}
