/**
 * What kernels of many arguments take: byte offsets into the memory, then sizes, 4 bytes each. ../records.ts writes them
 * and names the same fields in the same order.
 */

/** A convolution by direct sums, or the gradient with respect to its filter: `direct.ts`, `filter-gradient.ts`. */
@unmanaged
export class Direct {
  /** Images [images, height, width, inputs]. */
  x: usize;
  /** Result, or the gradient of the result, [images, outHeight, outWidth, outputs]. */
  y: usize;
  /** Packed filter, or the filter's gradient [tapRows, tapColumns, inputs, outputs]. */
  filter: usize;
  /** Scratch of block * paddedHeight * paddedWidth * inputs floats, and 4 more for the gradient. */
  padded: usize;
  /** Scratch of block * outHeight * outWidth integers, and 3 more. */
  offsets: usize;
  /**
   * Scratch of block * outHeight * outWidth * (tapColumns * inputs, rounded up to 4) floats, or 0: with it, what lies
   * under a row of taps is copied first.
   */
  patches: usize;
  /**
   * Scratch of block * outHeight * outWidth * outputs floats, outputs rounded up to 8: y's gradient as panels of 8 output
   * channels, so that one of them stays in the first cache while all values of x meet it.
   */
  panels: usize;
  /** Scratch of tapRows * (tapColumns * inputs, rounded up to 4) * (outputs, rounded up to 8) floats. */
  sums: usize;
  images: usize;
  /** Images worked on at a time, so that their padded copy stays in the cache. */
  block: usize;
  height: usize;
  width: usize;
  inputs: usize;
  outputs: usize;
  /** Rows of zeros above, and columns of zeros to the left of each image. */
  top: usize;
  left: usize;
  paddedHeight: usize;
  paddedWidth: usize;
  outHeight: usize;
  outWidth: usize;
  tapRows: usize;
  tapColumns: usize;
  stride: usize;
}

/** A convolution by a form that multiplies less, or the gradient with respect to its filter: `winograd.ts`. */
@unmanaged
export class Winograd {
  /** Images [images, height, width, inputs]. */
  x: usize;
  /** Result, or the gradient of the result, [images, height, width, outputs]. */
  y: usize;
  /** Filter, or its gradient, [3, 3, inputs, outputs]. */
  filter: usize;
  /** Scratch of block images with the zeros that their tiles read; not read where the form needs none. */
  padded: usize;
  /** The same of y's gradient; 0 where its tiles are whole. */
  paddedY: usize;
  /** Scratch of one matrix a product of a tile: of the images' tiles, of the results' and of the filter. */
  xMatrices: usize;
  yMatrices: usize;
  filterMatrices: usize;
  /** Bytes from one matrix to the next. */
  xBytes: usize;
  yBytes: usize;
  filterBytes: usize;
  /** Scratch of one integer a tile of a block, and 3 more. */
  offsets: usize;
  /** Scratch of 52 vectors. */
  lines: usize;
  images: usize;
  /** Images worked on at a time. */
  block: usize;
  height: usize;
  width: usize;
  inputs: usize;
  outputs: usize;
  /** 1 for the form of Karatsuba, 0 for Winograd's. */
  karatsuba: usize;
}
