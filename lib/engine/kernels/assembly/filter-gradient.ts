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
 * @param patches scratch of block * outHeight * outWidth * (tapColumns * inputs, rounded up to 4) floats, or 0: with it,
 *   what lies under a row of taps is copied first
 * @param panels scratch of block * outHeight * outWidth * outputs floats, outputs rounded up to 8: dy as panels of 8
 *   output channels, so that one of them stays in the first cache while all values of x meet it
 * @param sums scratch of tapRows * (tapColumns * inputs, rounded up to 4) * (outputs, rounded up to 8) floats
 */
export function filterGradient(
  x: usize,
  dy: usize,
  gradient: usize,
  padded: usize,
  patches: usize,
  panels: usize,
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
  const copied = patches !== 0;

  for (let image: usize = 0; image < images; image += block) {
    const count = min(block, images - image);
    const from = x + image * imageBytes;
    pad(from, padded, count, height, width, inputs, top, left, paddedHeight, paddedWidth);
    const pixels = count * outPixels;
    packPanels(dy + ((image * outPixels * outputs) << 2), panels, pixels, outputs);
    let sum = sums;
    for (let tapRow: usize = 0; tapRow < tapRows; tapRow++) {
      const under = padded + tapRow * rowBytes;
      if (copied) {
        gather(under, patches, count, outHeight, outWidth, pixelBytes, rowGap, imageGap, sumRows);
      }
      for (let column: usize = 0; column < columns; column += lanes) {
        const panel = panels + ((column * pixels) << 2);
        for (let row: usize = 0; row < run; row += tileRows) {
          const at: usize = row << 2;
          const sumAt = sum + row * sumRowBytes + (column << 2);
          if (copied) {
            tile(patches + at * pixels, panel, sumAt, sumRowBytes, 1, 1, pixels, tileRows << 2, 0, 0);
          } else {
            tile(
              under + at,
              panel,
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
      }
      sum += sumRows * sumRowBytes;
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
 * Copies what lies under one row of taps, 4 values after 4: [rows / 4, images * outHeight * outWidth, 4]. Up to 12
 * bytes more are read.
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
  rows: usize,
): void {
  const bytes: usize = rows << 2;
  const groupBytes: usize = (images * outHeight * outWidth * tileRows) << 2;
  let from = values;
  let to = patches;
  for (let image: usize = 0; image < images; image++) {
    for (let row: usize = 0; row < outHeight; row++) {
      for (let column: usize = 0; column < outWidth; column++) {
        let target = to;
        for (let at: usize = 0; at < bytes; at += 16) {
          v128.store(target, v128.load(from + at));
          target += groupBytes;
        }
        from += pixelBytes;
        to += tileRows << 2;
      }
      from += rowGap;
    }
    from += imageGap;
  }
}

/** Copies dy [pixels, outputs] into panels [outputs / 8, pixels, 8], filled up with zeros. */
function packPanels(dy: usize, panels: usize, pixels: usize, outputs: usize): void {
  let to = panels;
  for (let panel: usize = 0; panel < outputs; panel += lanes) {
    const columns = min(lanes, outputs - panel);
    let from: usize = dy + (panel << 2);
    for (let pixel: usize = 0; pixel < pixels; pixel++) {
      if (columns === lanes) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
      } else {
        for (let column: usize = 0; column < lanes; column++) {
          store<f32>(to + (column << 2), column < columns ? load<f32>(from + (column << 2)) : 0);
        }
      }
      from += outputs << 2;
      to += lanes << 2;
    }
  }
}

/** Adds to 4 rows times 8 columns of the sums. dy is a panel. */
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
        dy += lanes << 2;
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
        dy += lanes << 2;
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
