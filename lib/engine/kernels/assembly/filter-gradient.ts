import { pad } from "./pad";

/** Columns of one panel of output channels: two vectors. */
const lanes: usize = 8;

/** Rows of one tile: values that lie side by side in a row of pixels. */
const tileRows: usize = 4;

/**
 * Gradient of a convolution with respect to its filter [tapRows, tapColumns, inputs, outputs], summed over images and
 * pixels: x [images, height, width, inputs] under each tap times dy [images, outHeight, outWidth, outputs].
 *
 * Within a row of taps the values of x under all taps are contiguous (tapColumns * inputs of them), so they are
 * treated as one axis.
 *
 * @param padded scratch of block * paddedHeight * paddedWidth * inputs + 4 floats
 * @param patches scratch of block * outHeight * outWidth * tapColumns * inputs + 4 floats, or 0: with it, what lies
 *   under a row of taps is copied pixel after pixel first, which is faster for narrow images
 * @param widened scratch of block * outHeight * outWidth * outputs floats, outputs rounded up to 8; unused (may be 0)
 *   where outputs is a multiple of 8
 * @param sums scratch of tapRows * (tapColumns * inputs, rounded up to 4) * (outputs, rounded up to 8) floats
 */
export function filterGradient(
  x: usize,
  dy: usize,
  gradient: usize,
  padded: usize,
  patches: usize,
  widened: usize,
  sums: usize,
  images: usize,
  block: usize,
  height: usize,
  width: usize,
  inputs: usize,
  top: usize,
  left: usize,
  paddedHeight: usize,
  paddedWidth: usize,
  outHeight: usize,
  outWidth: usize,
  outputs: usize,
  tapRows: usize,
  tapColumns: usize,
  stride: usize,
): void {
  const run = tapColumns * inputs;
  const sumRows = (run + tileRows - 1) & ~(tileRows - 1);
  const columns = (outputs + lanes - 1) & ~(lanes - 1);
  const sumRowBytes: usize = columns << 2;
  memory.fill(sums, 0, tapRows * sumRows * sumRowBytes);

  const imageBytes: usize = (height * width * inputs) << 2;
  const rowBytes: usize = (paddedWidth * inputs) << 2;
  const pixelBytes: usize = (stride * inputs) << 2;
  const rowGap: usize = stride * rowBytes - outWidth * pixelBytes;
  const imageGap: usize = (paddedHeight - outHeight * stride) * rowBytes;
  const outPixels = outHeight * outWidth;
  const narrow = patches !== 0;

  for (let image: usize = 0; image < images; image += block) {
    const count = min(block, images - image);
    const from = x + image * imageBytes;
    pad(from, padded, count, height, width, inputs, 1, top, left, paddedHeight, paddedWidth);
    let factor: usize = dy + ((image * outPixels * outputs) << 2);
    if (columns !== outputs) {
      widen(factor, widened, count * outPixels, outputs, columns);
      factor = widened;
    }
    let sum = sums;
    for (let tapRow: usize = 0; tapRow < tapRows; tapRow++) {
      const under = padded + tapRow * rowBytes;
      if (narrow) {
        gather(under, patches, count, outHeight, outWidth, pixelBytes, rowGap, imageGap, run << 2);
      }
      for (let row: usize = 0; row < run; row += tileRows) {
        const at: usize = row << 2;
        for (let column: usize = 0; column < columns; column += lanes) {
          const dyAt = factor + (column << 2);
          const sumAt = sum + (column << 2);
          if (narrow) {
            tile(patches + at, dyAt, sumAt, sumRowBytes, 1, 1, count * outPixels, run << 2, 0, 0);
          } else {
            tile(
              under + at,
              dyAt,
              sumAt,
              sumRowBytes,
              count,
              outHeight,
              outWidth,
              pixelBytes,
              rowGap,
              imageGap,
            );
          }
        }
        sum += tileRows * sumRowBytes;
      }
    }
  }

  let sum = sums;
  let to = gradient;
  const outputBytes: usize = outputs << 2;
  for (let tapRow: usize = 0; tapRow < tapRows; tapRow++) {
    for (let row: usize = 0; row < run; row++) {
      memory.copy(to, sum + row * sumRowBytes, outputBytes);
      to += outputBytes;
    }
    sum += sumRows * sumRowBytes;
  }
}

/**
 * Copies what lies under one row of taps, pixel after pixel: [images * outHeight * outWidth, bytes]. Up to 12 bytes
 * more are read and written.
 */
function gather(
  values: usize,
  patches: usize,
  images: usize,
  outHeight: usize,
  outWidth: usize,
  pixelBytes: usize,
  rowGap: usize,
  imageGap: usize,
  bytes: usize,
): void {
  let from = values;
  let to = patches;
  for (let image: usize = 0; image < images; image++) {
    for (let row: usize = 0; row < outHeight; row++) {
      for (let column: usize = 0; column < outWidth; column++) {
        for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, v128.load(from + at));
        from += pixelBytes;
        to += bytes;
      }
      from += rowGap;
    }
    from += imageGap;
  }
}

/** Copies [rows, from] into [rows, to], filled up with zeros. */
function widen(source: usize, target: usize, rows: usize, from: usize, to: usize): void {
  memory.fill(target, 0, (rows * to) << 2);
  for (let row: usize = 0; row < rows; row++) {
    memory.copy(target + ((row * to) << 2), source + ((row * from) << 2), from << 2);
  }
}

/** Adds to 4 rows times 8 columns of the sums. dy's rows are as long as those of the sums. */
function tile(
  values: usize,
  factors: usize,
  sums: usize,
  sumRowBytes: usize,
  images: usize,
  outHeight: usize,
  outWidth: usize,
  pixelBytes: usize,
  rowGap: usize,
  imageGap: usize,
): void {
  let x = values;
  let dy = factors;
  let s00 = f32x4.splat(0);
  let s01 = s00;
  let s10 = s00;
  let s11 = s00;
  let s20 = s00;
  let s21 = s00;
  let s30 = s00;
  let s31 = s00;
  for (let image: usize = 0; image < images; image++) {
    for (let row: usize = 0; row < outHeight; row++) {
      let rest = outWidth;
      while (true) {
        const d0 = v128.load(dy);
        const d1 = v128.load(dy, 16);
        let value = v128.load32_splat(x);
        s00 = f32x4.add(s00, f32x4.mul(value, d0));
        s01 = f32x4.add(s01, f32x4.mul(value, d1));
        value = v128.load32_splat(x, 4);
        s10 = f32x4.add(s10, f32x4.mul(value, d0));
        s11 = f32x4.add(s11, f32x4.mul(value, d1));
        value = v128.load32_splat(x, 8);
        s20 = f32x4.add(s20, f32x4.mul(value, d0));
        s21 = f32x4.add(s21, f32x4.mul(value, d1));
        value = v128.load32_splat(x, 12);
        s30 = f32x4.add(s30, f32x4.mul(value, d0));
        s31 = f32x4.add(s31, f32x4.mul(value, d1));
        x += pixelBytes;
        dy += sumRowBytes;
        if (--rest === 0) break;
        const d2 = v128.load(dy);
        const d3 = v128.load(dy, 16);
        value = v128.load32_splat(x);
        s00 = f32x4.add(s00, f32x4.mul(value, d2));
        s01 = f32x4.add(s01, f32x4.mul(value, d3));
        value = v128.load32_splat(x, 4);
        s10 = f32x4.add(s10, f32x4.mul(value, d2));
        s11 = f32x4.add(s11, f32x4.mul(value, d3));
        value = v128.load32_splat(x, 8);
        s20 = f32x4.add(s20, f32x4.mul(value, d2));
        s21 = f32x4.add(s21, f32x4.mul(value, d3));
        value = v128.load32_splat(x, 12);
        s30 = f32x4.add(s30, f32x4.mul(value, d2));
        s31 = f32x4.add(s31, f32x4.mul(value, d3));
        x += pixelBytes;
        dy += sumRowBytes;
        if (--rest === 0) break;
      }
      x += rowGap;
    }
    x += imageGap;
  }
  addTo(sums, s00, s01);
  addTo(sums + sumRowBytes, s10, s11);
  addTo(sums + 2 * sumRowBytes, s20, s21);
  addTo(sums + 3 * sumRowBytes, s30, s31);
}

function addTo(sums: usize, low: v128, high: v128): void {
  v128.store(sums, f32x4.add(v128.load(sums), low));
  v128.store(sums, f32x4.add(v128.load(sums, 16), high), 16);
}
