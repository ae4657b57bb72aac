import type { Activation } from "../engine/activation.js";
import { type Block, type Feature, type FeatureShape, NetworkBuilder } from "./block.js";
import { convolution, dense, globalAveragePool, maxPool } from "./blocks.js";
import { Network } from "./network.js";
import type { Normalization } from "./normalization.js";
import { plainConvolutions } from "./widths.js";

/** What every network is made from. */
export interface NetworkOptions {
  /** Filters of each convolution, in order. */
  widths: readonly number[];
  /** [height, width, channels] of an image. */
  input: FeatureShape;
  classes: number;
  /** Default batch. */
  normalization?: Normalization;
  /** Default ReLU. */
  activation?: Activation;
}

/** A network in the making: blocks one after another, from images to logits. */
export class Stack {
  readonly builder = new NetworkBuilder();
  readonly style: { normalization: Normalization; activation: Activation };
  /** What the blocks so far give. */
  output: Feature;
  private readonly blocks: Block[] = [];

  constructor(private readonly options: NetworkOptions) {
    const { input, normalization = { name: "batch" }, activation = { name: "relu" } } = options;
    this.style = { normalization, activation };
    this.output = { shape: input, group: undefined };
  }

  add(block: Block): void {
    this.blocks.push(block);
    this.output = block.output;
  }

  /** Global average pooling, one fully connected layer, and done. */
  finish(): Network {
    const { input, classes } = this.options;
    this.add(globalAveragePool(this.output));
    this.add(dense(this.builder, { name: "FC", input: this.output, outputs: classes }));
    return new Network(input, this.blocks, this.builder);
  }
}

/** 3x3 convolutions C1, C2, ..., 2x2 max-pool behind those that `pools` marks, and the head. */
export function plainNetwork(options: NetworkOptions, pools: readonly boolean[]): Network {
  const stack = new Stack(options);
  for (const [index, { name, filters }] of plainConvolutions(options.widths).entries()) {
    stack.add(convolution(stack.builder, { name, input: stack.output, filters, ...stack.style }));
    if (pools[index]) stack.add(maxPool(stack.output));
  }
  return stack.finish();
}
