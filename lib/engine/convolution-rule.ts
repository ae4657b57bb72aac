import type { Shape4D } from "./ops.js";

/**
 * How a convolution and its two gradients are computed:
 *
 * - `winograd`: F(4x4,3x3), 36 products for up to 16 results of one channel (Lavin and Gray 2015);
 * - `karatsuba`: all of a map of 2 x 2 pixels by 9 products;
 * - `middle tap`: of a single pixel, which meets no other tap of the filter;
 * - `direct`: one product for each tap and result.
 */
export type ConvolutionForm = "direct" | "middle tap" | "karatsuba" | "winograd";

/** With fewer channels on either side transforms cost about what they save. */
const fewestChannels = 8;

/** As they do unless at least half of all products are saved: on maps of 5 x 5 pixels, for one. */
const worthwhile = 1 / 2;

/**
 * The one rule by which engines with kernels of their own choose a form, from shapes alone: a network's convolution
 * takes the same form in training, evaluation and on every machine.
 *
 * @param input shape of the images, [N, H, W, C]
 * @param filter [height, width, C, K]
 */
export function convolutionForm(input: Shape4D, filter: Shape4D, stride: number): ConvolutionForm {
  const [, height, width] = input;
  const [tapRows, tapColumns, inputs, outputs] = filter;
  if (tapRows !== 3 || tapColumns !== 3 || stride !== 1) return "direct";
  if (height === 1 && width === 1) return "middle tap";
  if (inputs < fewestChannels || outputs < fewestChannels) return "direct";
  if (height === 2 && width === 2) return "karatsuba";
  const products = 36 * Math.ceil(height / 4) * Math.ceil(width / 4);
  return products <= worthwhile * 9 * height * width ? "winograd" : "direct";
}
