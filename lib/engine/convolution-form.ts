import type { Shape4D } from "./ops.js";

/**
 * Ways to compute a 3x3 convolution with stride 1 and its two gradients with fewer products than taps times pixels:
 *
 * - `center`: on images of one pixel only the filter's middle meets it, 1 product for 9;
 * - `karatsuba`: on images of 2x2 pixels, 9 products for 16;
 * - `winograd-2x2`: Winograd's F(2x2,3x3), 16 products for the 36 of 2x2 outputs;
 * - `winograd-4x4`: Winograd's F(4x4,3x3), 36 products for the 144 of 4x4 outputs.
 *
 * Lavin and Gray (2015), "Fast Algorithms for Convolutional Neural Networks"; Karatsuba's form is in the kernels.
 */
export type ConvolutionForm = "center" | "karatsuba" | "winograd-2x2" | "winograd-4x4";

/**
 * The one rule for which convolution is computed how, on every engine with kernels of its own: the form with the
 * fewest products, tiles that reach beyond the image counted whole. Undefined for other filters and strides, and with
 * fewer than 4 channels or filters, where transforms cost more than they save.
 * @param filter [height, width, channels, filters]
 */
export function convolutionForm(
  { height, width }: { height: number; width: number },
  [filterHeight, filterWidth, channels, filters]: Shape4D,
  stride: number,
): ConvolutionForm | undefined {
  if (filterHeight !== 3 || filterWidth !== 3 || stride !== 1) return undefined;
  if (channels < 4 || filters < 4) return undefined;
  if (height === 1 && width === 1) return "center";
  if (height === 2 && width === 2) return "karatsuba";
  const tiles = (side: number) => Math.ceil(height / side) * Math.ceil(width / side);
  return 36 * tiles(4) < 16 * tiles(2) ? "winograd-4x4" : "winograd-2x2";
}
