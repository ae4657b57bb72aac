import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import type { Ops } from "../engine/ops.js";
import type { ParameterRole, ParameterSpec } from "./layout.js";

/** Anything that flows between blocks: a batch of images [N, H, W, C] or of vectors [N, C]. */
export type Activations = Tensor4D | Tensor2D;

/** [height, width, channels] of one image between blocks; a vector has 1 x 1 pixels. */
export type FeatureShape = [height: number, width: number, channels: number];

/** What flows between blocks, described: the shape of one image and whose channels they are. */
export interface Feature {
  shape: FeatureShape;
  /** Index of the channel group; undefined for the channels of the network's own input. */
  group: number | undefined;
}

/** A convolution whose filters can die: its place in the parameters and in the statistics. */
export interface FilterLayer {
  name: string;
  filters: number;
  /** Indices into the parameters. Without normalization there is no gamma, and `beta` is the bias. */
  weight: number;
  gamma: number | undefined;
  beta: number;
  /** First of its channels among all filters of the network. */
  offset: number;
  /** Index of its channel group. */
  group: number;
  /** Whether its width is in the network's width list; that of a projection on a shortcut is its stage's. */
  listed: boolean;
}

/** Channels that are the same for all layers that write them, since a residual sum adds them up. */
export interface ChannelGroup {
  channels: number;
  /** Indices of the filter layers whose filters these are: one, or those that meet in residual sums. */
  layers: number[];
  /** Indices of the parameters whose second-to-last axis reads them: weights of convolutions and dense layers. */
  readers: number[];
}

/** One training pass: parameters in, gradients and batch statistics out. */
export interface TrainingPass {
  ops: Ops;
  parameters: readonly Tensor[];
  /** Filled by `backward`, at the parameters' indices. */
  gradients: Tensor[];
  /** Filled by the forward pass, one entry per filter layer with batch normalization. */
  statistics: { mean: Tensor1D; variance: Tensor1D }[];
}

/** One pass in evaluation mode, with running statistics. */
export interface InferencePass {
  ops: Ops;
  parameters: readonly Tensor[];
  /** Per filter layer. */
  statistics: readonly { mean: Tensor1D; variance: Tensor1D }[];
  /**
   * Called with every filter layer's activations: the map behind normalization and activation. For layers that end in
   * a residual sum it is the map behind the sum and its activation, the same for all of them.
   */
  onActivation?: (layer: number, activation: Tensor4D) => void;
}

/**
 * Takes the gradient of a block's output, stores the parameters' gradients in the pass and returns the input's
 * (undefined where nobody asks for it).
 */
export type Pullback = (gradient: Activations, needsInput: boolean) => Activations | undefined;

/** A piece of a network. */
export interface Block {
  /** Returns its output with its pullback. */
  train(input: Activations, pass: TrainingPass): { output: Activations; backward: Pullback };
  infer(input: Activations, pass: InferencePass): Activations;
  /** Multiply-accumulates for one image. */
  macs: number;
  output: Feature;
  /** Index of its filter layer, of a convolution. */
  layer?: number;
}

/** Collects the parameters, filter layers and channel groups of the blocks of one network while they are made. */
export class NetworkBuilder {
  readonly parameters: ParameterSpec[] = [];
  readonly layers: FilterLayer[] = [];
  readonly groups: ChannelGroup[] = [];
  private channels = 0;

  /** Returns the parameter's index. */
  parameter(name: string, shape: number[], role: ParameterRole): number {
    return this.parameters.push({ name, shape, role }) - 1;
  }

  /** Notes that a parameter reads the channels of a feature. */
  read({ group }: Feature, parameter: number): void {
    if (group !== undefined) this.groups[group]!.readers.push(parameter);
  }

  /** Returns the layer's index. Without a `group` its channels are a new one. */
  filterLayer({
    group = this.groups.length,
    ...layer
  }: Omit<FilterLayer, "offset" | "group"> & { group?: number | undefined }): number {
    const index = this.layers.push({ ...layer, offset: this.channels, group }) - 1;
    this.channels += layer.filters;
    this.groups[group] ??= { channels: layer.filters, layers: [], readers: [] };
    this.groups[group].layers.push(index);
    return index;
  }
}
