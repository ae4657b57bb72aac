import { UsageError } from "../errors.js";
import type { Network } from "./network.js";
import { type NetworkOptions, plainNetwork } from "./stack.js";
import { basicNetPools } from "./widths.js";

/**
 * BasicNet of any depth: 3x3 convolutions C1, C2, ... with normalization and nonlinearity, 2x2 max-pool after every
 * second one as long as convolutions follow, global average pooling, one fully connected layer.
 */
export function basicNet(options: NetworkOptions): Network {
  const { widths, input } = options;
  const pools = basicNetPools(widths.length);
  const count = pools.filter(Boolean).length;
  const smallest = 2 ** count;
  if (Math.min(input[0], input[1]) < smallest) {
    throw new UsageError(
      `BasicNet with ${widths.length} convolutions pools ${count} times and needs images of at least ` +
        `${smallest}x${smallest} pixels, got ${input[0]}x${input[1]}. Use fewer convolutions or larger images.`,
    );
  }
  return plainNetwork(options, pools);
}
