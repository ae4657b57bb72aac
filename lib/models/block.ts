import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import type { Ops } from "../engine/ops.js";
import type { ParameterRole, ParameterSpec } from "./layout.js";

/** Anything that flows between blocks: a batch of images [N, H, W, C] or of vectors [N, C]. */
export type Activations = Tensor4D | Tensor2D;

/** [height, width, channels] of one image between blocks; a vector has 1 x 1 pixels. */
export type FeatureShape = [height: number, width: number, channels: number];

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
  /** Called with every filter layer's activations. */
  onActivation?: (layer: number, activation: Tensor4D) => void;
}

/**
 * A piece of a network. `train` returns its output with its pullback: `backward` takes the gradient of the output,
 * stores the parameters' gradients in the pass and returns the input's (undefined where nobody asks for it).
 */
export interface Block {
  train(
    input: Activations,
    pass: TrainingPass,
  ): { output: Activations; backward(gradient: Activations, needsInput: boolean): Activations | undefined };
  infer(input: Activations, pass: InferencePass): Activations;
  /** Multiply-accumulates for one image. */
  macs: number;
  /** Shape of one output image. */
  shape: FeatureShape;
}

/** Collects the parameters and filter layers of the blocks of one network while they are made. */
export class NetworkBuilder {
  readonly parameters: ParameterSpec[] = [];
  readonly layers: FilterLayer[] = [];
  private channels = 0;

  /** Returns the parameter's index. */
  parameter(name: string, shape: number[], role: ParameterRole): number {
    return this.parameters.push({ name, shape, role }) - 1;
  }

  /** Returns the layer's index. */
  filterLayer(layer: Omit<FilterLayer, "offset">): number {
    this.layers.push({ ...layer, offset: this.channels });
    this.channels += layer.filters;
    return this.layers.length - 1;
  }
}
