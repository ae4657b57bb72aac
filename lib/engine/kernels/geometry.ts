import type { Shape4D } from "../ops.js";

/** What a convolution reads: images with zeros around them, just enough for all its outputs. */
export interface ConvolutionGeometry {
  /** Rows of zeros above and columns of zeros to the left of each image. */
  top: number;
  left: number;
  paddedHeight: number;
  paddedWidth: number;
  outHeight: number;
  outWidth: number;
}

/** Pad "same" by TensorFlow's rule: ceil(size / stride) outputs, the odd zero at the end. */
export function sameGeometry(
  [, height, width]: Shape4D,
  [tapRows, tapColumns]: Shape4D,
  stride: number,
): ConvolutionGeometry {
  const vertical = samePadding(height, tapRows, stride);
  const horizontal = samePadding(width, tapColumns, stride);
  return {
    top: vertical.before,
    left: horizontal.before,
    paddedHeight: vertical.padded,
    paddedWidth: horizontal.padded,
    outHeight: vertical.outputs,
    outWidth: horizontal.outputs,
  };
}

/**
 * The gradient with respect to the input as a convolution of the output's gradient, its pixels `stride` apart, with
 * the filter turned by 180 degrees.
 */
export function turnedGeometry(
  inputShape: Shape4D,
  filterShape: Shape4D,
  stride: number,
): ConvolutionGeometry {
  const { top, left } = sameGeometry(inputShape, filterShape, stride);
  const [, height, width] = inputShape;
  const [tapRows, tapColumns] = filterShape;
  return {
    top: tapRows - 1 - top,
    left: tapColumns - 1 - left,
    paddedHeight: height + tapRows - 1,
    paddedWidth: width + tapColumns - 1,
    outHeight: height,
    outWidth: width,
  };
}

function samePadding(size: number, taps: number, stride: number) {
  const outputs = Math.ceil(size / stride);
  const padded = (outputs - 1) * stride + taps;
  return { outputs, padded, before: Math.max(0, Math.floor((padded - size) / 2)) };
}
