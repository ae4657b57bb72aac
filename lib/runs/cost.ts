import type { RunConfig } from "./config.js";

/**
 * Multiply-accumulates of one training run, roughly: three times the forward pass of its 3x3 convolutions (forward,
 * input gradient, filter gradient). Only for ordering runs and spreading measured speed over unequal ones.
 */
export function trainingCost({ model, dataset, batchSize, steps }: RunConfig): number {
  let inputs = 3;
  let pixels = dataset.size ** 2;
  let macs = 0;
  model.widths.forEach((filters, layer) => {
    macs += 9 * inputs * filters * pixels;
    inputs = filters;
    // BasicNet halves its maps after every second convolution.
    if (layer % 2 === 1) pixels = Math.max(1, pixels / 4);
  });
  return 3 * macs * batchSize * steps;
}
