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
 * Pixels of the gradient with respect to the input that the same taps reach, along one axis: every `stride`th one.
 * They are a convolution with stride 1 of the output's gradient with those taps in reverse order.
 */
export interface GradientPhase {
  /** The taps are firstTap, firstTap + stride, ...; there may be none. */
  firstTap: number;
  taps: number;
  /** The pixels are first, first + stride, ... */
  first: number;
  count: number;
  /** Zeros before the output's gradient. */
  before: number;
  /** Outputs of the convolution that come before the first pixel. */
  skipped: number;
}

export function gradientPhases(size: number, taps: number, stride: number): GradientPhase[] {
  const { before } = samePadding(size, taps, stride);
  return Array.from({ length: stride }, (_, firstTap) => {
    const first = (((firstTap - before) % stride) + stride) % stride;
    const own = Math.max(0, Math.ceil((taps - firstTap) / stride));
    // Tap number k of these takes pixel number i from output number i + start - k.
    const start = (first + before - firstTap) / stride;
    return {
      firstTap,
      taps: own,
      first,
      count: Math.ceil((size - first) / stride),
      before: Math.max(0, own - 1 - start),
      skipped: Math.max(0, start - own + 1),
    };
  }).filter(({ count }) => count > 0);
}

function samePadding(size: number, taps: number, stride: number) {
  const outputs = Math.ceil(size / stride);
  const padded = (outputs - 1) * stride + taps;
  return { outputs, padded, before: Math.max(0, Math.floor((padded - size) / 2)) };
}
