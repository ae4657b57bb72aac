import type { Activation } from "../engine/activation.js";
import { UsageError } from "../errors.js";
import { type Block, type FeatureShape, NetworkBuilder } from "./block.js";
import { convolution, dense, globalAveragePool, maxPool } from "./blocks.js";
import { Network } from "./network.js";
import type { Normalization } from "./normalization.js";

/** Widths of the full BasicNet (this project's reading of the paper's network). */
export const basicNetWidths = [64, 128, 128, 256, 256, 512, 512];

/** The full widths times `multiplier`, e.g. 1/4. */
export function scaledBasicNetWidths(multiplier: number): number[] {
  return basicNetWidths.map((width) => Math.max(1, Math.round(width * multiplier)));
}

export interface BasicNetOptions {
  /** Filters of each 3x3 convolution. */
  widths: number[];
  /** [height, width, channels] of an image. */
  input: FeatureShape;
  classes: number;
  /** Default batch. */
  normalization?: Normalization;
  /** Default ReLU. */
  activation?: Activation;
}

/**
 * BasicNet: 3x3 convolutions C1, C2, ... with normalization and nonlinearity, 2x2 max-pool after every second one as
 * long as convolutions follow, global average pooling, one fully connected layer.
 */
export function basicNet(options: BasicNetOptions): Network {
  const { widths, input, classes } = options;
  const { normalization = { name: "batch" }, activation = { name: "relu" } } = options;
  const pools = Math.floor((widths.length - 1) / 2);
  const smallest = 2 ** pools;
  if (Math.min(input[0], input[1]) < smallest) {
    throw new UsageError(
      `BasicNet with ${widths.length} convolutions pools ${pools} times and needs images of at least ` +
        `${smallest}x${smallest} pixels, got ${input[0]}x${input[1]}. Use fewer convolutions or larger images.`,
    );
  }
  const builder = new NetworkBuilder();
  const blocks: Block[] = [];
  let shape = input;
  const add = (block: Block) => {
    blocks.push(block);
    shape = block.shape;
  };
  for (const [index, filters] of widths.entries()) {
    add(convolution(builder, { name: `C${index + 1}`, input: shape, filters, normalization, activation }));
    if (index % 2 === 1 && index < widths.length - 1) add(maxPool(shape));
  }
  add(globalAveragePool(shape));
  add(dense(builder, { name: "FC", inputs: shape[2], outputs: classes }));
  return new Network(input, blocks, builder);
}
