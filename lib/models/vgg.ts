import type { Network } from "./network.js";
import { type NetworkOptions, plainNetwork } from "./stack.js";
import { vggPoolsAt } from "./widths.js";

/**
 * VGG-11 or VGG-16 by the length of the width list, 8 or 13 (Simonyan and Zisserman 2015, table 1, A and D), with the
 * head usual for CIFAR: global average pooling and one fully connected layer. Of the five poolings, those that would
 * have less than 2 pixels to pool are left out.
 */
export function vgg(options: NetworkOptions): Network {
  const [height, width] = options.input;
  return plainNetwork(options, vggPoolsAt(options.widths.length, Math.min(height, width)));
}
