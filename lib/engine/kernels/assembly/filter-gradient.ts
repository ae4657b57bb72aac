import { pad } from "./pad";
import { Direct } from "./records";
import { addProducts } from "./register-tiles";

/** Columns of one panel of output channels: two vectors. */
const lanes: usize = 8;

/** Values that lie side by side in a row of pixels and make the rows of one register tile. */
const groupSize: usize = 4;

/**
 * Gradient of a convolution with respect to its filter, summed over images and pixels: x under each tap times y's
 * gradient. Under a row of taps the values of x are contiguous (tapColumns * inputs of them), so they are treated as one
 * axis.
 */
export function filterGradient(d: Direct): void {
  const inputs = d.inputs;
  const outputs = d.outputs;
  const outHeight = d.outHeight;
  const outWidth = d.outWidth;
  const run = d.tapColumns * inputs;
  const groups = (run + groupSize - 1) / groupSize;
  const columns = (outputs + lanes - 1) & ~(lanes - 1);
  const sumBytes: usize = columns << 2;
  const tapBytes = groups * groupSize * sumBytes;

  const imageBytes: usize = (d.height * d.width * inputs) << 2;
  const rowBytes: usize = (d.paddedWidth * inputs) << 2;
  const pixelBytes: usize = (d.stride * inputs) << 2;
  const rowGap: usize = d.stride * rowBytes - outWidth * pixelBytes;
  const imageGap: usize = (d.paddedHeight - outHeight * d.stride) * rowBytes;
  const outPixels = outHeight * outWidth;
  const padded = d.padded;
  const patches = d.patches;

  for (let image: usize = 0; image < d.images; image += d.block) {
    const count = min(d.block, d.images - image);
    const from = d.x + image * imageBytes;
    pad(from, padded, count, d.height, d.width, inputs, d.top, d.left, d.paddedHeight, d.paddedWidth);
    const pixels = count * outPixels;
    const first = image === 0;
    packPanels(d.y + ((image * outPixels * outputs) << 2), d.panels, pixels, outputs);
    for (let tapRow: usize = 0; tapRow < d.tapRows; tapRow++) {
      const under = padded + tapRow * rowBytes;
      if (patches) {
        gather(under, patches, count, outHeight, outWidth, pixelBytes, rowGap, imageGap, groups);
      }
      let sums = d.sums + tapRow * tapBytes;
      let panel = d.panels;
      for (let column: usize = 0; column < columns; column += lanes) {
        if (patches) {
          const groupBytes: usize = (pixels * groupSize) << 2;
          addProducts(
            patches,
            groupBytes,
            panel,
            sums,
            sumBytes,
            groups,
            first,
            1,
            1,
            pixels,
            groupSize << 2,
            0,
            0,
          );
        } else {
          addProducts(
            under,
            groupSize << 2,
            panel,
            sums,
            sumBytes,
            groups,
            first,
            count,
            outHeight,
            outWidth,
            pixelBytes,
            rowGap,
            imageGap,
          );
        }
        panel += (pixels * lanes) << 2;
        sums += lanes << 2;
      }
    }
  }

  let to = d.filter;
  const outputBytes: usize = outputs << 2;
  for (let tapRow: usize = 0; tapRow < d.tapRows; tapRow++) {
    let sum: usize = d.sums + tapRow * tapBytes;
    for (let row: usize = 0; row < run; row++) {
      memory.copy(to, sum, outputBytes);
      sum += sumBytes;
      to += outputBytes;
    }
  }
}

/**
 * Copies what lies under one row of taps, 4 values after 4: [groups, images * outHeight * outWidth, 4]. Up to 12
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
  groups: usize,
): void {
  const bytes: usize = groups << 4;
  const groupBytes: usize = (images * outHeight * outWidth * groupSize) << 2;
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
        to += groupSize << 2;
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
