import { pad } from "./pad";

/** Output channels of one panel of packed weights: two vectors. */
const lanes: usize = 8;

/**
 * Output pixels of one tile. 4 x 2 accumulators, the 4 + 2 operands of one step and a product fit the 15 vector
 * registers that V8 hands out on x86-64; it loads all operands of a basic block first, so that a larger tile spills and
 * is slower.
 */
const tilePixels: usize = 4;

/**
 * Packs a filter [rows, outputs] into panels [ceil(outputs / 8), rows, 8], filled up with zeros. `rows` are its taps
 * and input channels.
 */
export function packFilter(filter: usize, packed: usize, rows: usize, outputs: usize): void {
  let to = packed;
  for (let panel: usize = 0; panel < outputs; panel += lanes) {
    const columns = min(lanes, outputs - panel);
    let from: usize = filter + (panel << 2);
    for (let row: usize = 0; row < rows; row++) {
      if (columns === lanes) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
      } else {
        for (let column: usize = 0; column < lanes; column++) {
          const value: f32 = column < columns ? load<f32>(from + (column << 2)) : 0;
          store<f32>(to + (column << 2), value);
        }
      }
      from += outputs << 2;
      to += lanes << 2;
    }
  }
}

/**
 * Packs tapRows * tapColumns taps of a filter [.., filterColumns, inputs, outputs], `stride` apart from tap [firstRow,
 * firstColumn] on, for the gradient with respect to the input: in reverse order, inputs and outputs exchanged; panels
 * [ceil(inputs / 8), taps * outputs, 8].
 */
export function packTurnedFilter(
  filter: usize,
  packed: usize,
  tapRows: usize,
  tapColumns: usize,
  firstRow: usize,
  firstColumn: usize,
  stride: usize,
  filterColumns: usize,
  inputs: usize,
  outputs: usize,
): void {
  let to = packed;
  for (let panel: usize = 0; panel < inputs; panel += lanes) {
    const columns = min(lanes, inputs - panel);
    for (let row = tapRows; row > 0; row--) {
      for (let column = tapColumns; column > 0; column--) {
        const tap = (firstRow + (row - 1) * stride) * filterColumns + firstColumn + (column - 1) * stride;
        for (let output: usize = 0; output < outputs; output++) {
          let from: usize = filter + (((tap * inputs + panel) * outputs + output) << 2);
          for (let lane: usize = 0; lane < lanes; lane++) {
            const value: f32 = lane < columns ? load<f32>(from) : 0;
            store<f32>(to, value);
            from += outputs << 2;
            to += 4;
          }
        }
      }
    }
  }
}

/**
 * Copies pixels of source [images, sourceHeight, sourceWidth, channels] from row `skippedRows` and column
 * `skippedColumns` on to target [images, height, width, channels], there `stride` apart from [firstRow, firstColumn]
 * on. Source 0 stands for zeros.
 */
export function scatterPixels(
  source: usize,
  target: usize,
  images: usize,
  sourceHeight: usize,
  sourceWidth: usize,
  channels: usize,
  skippedRows: usize,
  skippedColumns: usize,
  rows: usize,
  columns: usize,
  height: usize,
  width: usize,
  firstRow: usize,
  firstColumn: usize,
  stride: usize,
): void {
  const pixelBytes: usize = channels << 2;
  for (let image: usize = 0; image < images; image++) {
    for (let row: usize = 0; row < rows; row++) {
      let from: usize =
        source + ((image * sourceHeight + skippedRows + row) * sourceWidth + skippedColumns) * pixelBytes;
      let to: usize =
        target + ((image * height + firstRow + row * stride) * width + firstColumn) * pixelBytes;
      for (let column: usize = 0; column < columns; column++) {
        if (source === 0) memory.fill(to, 0, pixelBytes);
        else memory.copy(to, from, pixelBytes);
        from += pixelBytes;
        to += pixelBytes * stride;
      }
    }
  }
}

/**
 * Convolution of images [images, height, width, inputs], which `pad` surrounds with zeros, with a packed filter of
 * `taps` x `taps` pixels; writes y [images, outHeight, outWidth, outputs].
 *
 * Works through `block` images at a time, so that their padded copy stays in the cache.
 *
 * @param padded scratch of block * paddedHeight * paddedWidth * inputs floats
 * @param offsets scratch of block * outHeight * outWidth + 3 integers
 */
export function convolution(
  x: usize,
  packed: usize,
  y: usize,
  padded: usize,
  offsets: usize,
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
  const imageBytes: usize = (height * width * inputs) << 2;
  const run = tapColumns * inputs;
  const panelBytes: usize = (tapRows * run * lanes) << 2;
  const rowBytes: usize = (paddedWidth * inputs) << 2;
  const outputBytes: usize = outputs << 2;

  writeOffsets(offsets, block, paddedHeight, rowBytes, outHeight, outWidth, stride, (stride * inputs) << 2);
  for (let image: usize = 0; image < images; image += block) {
    const count = min(block, images - image);
    const pixels = count * outHeight * outWidth;
    const from = x + image * imageBytes;
    pad(from, padded, count, height, width, inputs, top, left, paddedHeight, paddedWidth);
    const target: usize = y + image * (outHeight * outWidth) * outputBytes;
    let panel = packed;
    for (let output: usize = 0; output < outputs; output += lanes) {
      const columns = min(lanes, outputs - output);
      for (let pixel: usize = 0; pixel < pixels; pixel += tilePixels) {
        const to = target + pixel * outputBytes + (output << 2);
        const at: usize = offsets + (pixel << 2);
        tile(
          padded,
          at,
          panel,
          to,
          outputBytes,
          min(tilePixels, pixels - pixel),
          columns,
          tapRows,
          run,
          rowBytes,
        );
      }
      panel += panelBytes;
    }
  }
}

/** Where each output pixel's receptive field starts in the padded images, in bytes. */
function writeOffsets(
  offsets: usize,
  images: usize,
  paddedHeight: usize,
  rowBytes: usize,
  outHeight: usize,
  outWidth: usize,
  stride: usize,
  pixelBytes: usize,
): void {
  let at = offsets;
  for (let image: usize = 0; image < images; image++) {
    for (let row: usize = 0; row < outHeight; row++) {
      let offset: usize = (image * paddedHeight + row * stride) * rowBytes;
      for (let column: usize = 0; column < outWidth; column++) {
        store<u32>(at, u32(offset));
        at += 4;
        offset += pixelBytes;
      }
    }
  }
  // A last, incomplete tile reads on: any offset within the padded images will do.
  for (let rest: usize = 1; rest < tilePixels; rest++) {
    store<u32>(at, 0);
    at += 4;
  }
}

/** Up to 4 output pixels times 8 output channels. */
function tile(
  padded: usize,
  offsets: usize,
  panel: usize,
  to: usize,
  outputBytes: usize,
  pixels: usize,
  columns: usize,
  tapRows: usize,
  run: usize,
  rowBytes: usize,
): void {
  let row0: usize = padded + load<u32>(offsets);
  let row1: usize = padded + load<u32>(offsets, 4);
  let row2: usize = padded + load<u32>(offsets, 8);
  let row3: usize = padded + load<u32>(offsets, 12);
  let panelRow = panel;
  let y00 = f32x4.splat(0);
  let y01 = y00;
  let y10 = y00;
  let y11 = y00;
  let y20 = y00;
  let y21 = y00;
  let y30 = y00;
  let y31 = y00;
  const runBytes: usize = run << 2;
  for (let row: usize = 0; row < tapRows; row++) {
    let x0 = row0;
    let x1 = row1;
    let x2 = row2;
    let x3 = row3;
    let weights = panelRow;
    let rest = run;
    while (true) {
      const w0 = v128.load(weights);
      const w1 = v128.load(weights, 16);
      let value = v128.load32_splat(x0);
      y00 = f32x4.add(y00, f32x4.mul(value, w0));
      y01 = f32x4.add(y01, f32x4.mul(value, w1));
      value = v128.load32_splat(x1);
      y10 = f32x4.add(y10, f32x4.mul(value, w0));
      y11 = f32x4.add(y11, f32x4.mul(value, w1));
      value = v128.load32_splat(x2);
      y20 = f32x4.add(y20, f32x4.mul(value, w0));
      y21 = f32x4.add(y21, f32x4.mul(value, w1));
      value = v128.load32_splat(x3);
      y30 = f32x4.add(y30, f32x4.mul(value, w0));
      y31 = f32x4.add(y31, f32x4.mul(value, w1));
      // Two steps a turn; the way out between them keeps the second one's loads behind the first one's sums.
      if (--rest === 0) break;
      const w2 = v128.load(weights, 32);
      const w3 = v128.load(weights, 48);
      value = v128.load32_splat(x0, 4);
      y00 = f32x4.add(y00, f32x4.mul(value, w2));
      y01 = f32x4.add(y01, f32x4.mul(value, w3));
      value = v128.load32_splat(x1, 4);
      y10 = f32x4.add(y10, f32x4.mul(value, w2));
      y11 = f32x4.add(y11, f32x4.mul(value, w3));
      value = v128.load32_splat(x2, 4);
      y20 = f32x4.add(y20, f32x4.mul(value, w2));
      y21 = f32x4.add(y21, f32x4.mul(value, w3));
      value = v128.load32_splat(x3, 4);
      y30 = f32x4.add(y30, f32x4.mul(value, w2));
      y31 = f32x4.add(y31, f32x4.mul(value, w3));
      if (--rest === 0) break;
      x0 += 8;
      x1 += 8;
      x2 += 8;
      x3 += 8;
      weights += 64;
    }
    row0 += rowBytes;
    row1 += rowBytes;
    row2 += rowBytes;
    row3 += rowBytes;
    panelRow += runBytes * lanes;
  }
  storeColumns(to, y00, y01, columns);
  if (pixels > 1) storeColumns(to + outputBytes, y10, y11, columns);
  if (pixels > 2) storeColumns(to + 2 * outputBytes, y20, y21, columns);
  if (pixels > 3) storeColumns(to + 3 * outputBytes, y30, y31, columns);
}

/** Stores the first `columns` of 8 values. */
function storeColumns(to: usize, low: v128, high: v128, columns: usize): void {
  if (columns === lanes) {
    v128.store(to, low);
    v128.store(to, high, 16);
    return;
  }
  let rest = low;
  let remaining = columns;
  let at = to;
  if (remaining >= 4) {
    v128.store(at, low);
    rest = high;
    remaining -= 4;
    at += 16;
  }
  if (remaining > 0) v128.store_lane<f32>(at, rest, 0);
  if (remaining > 1) v128.store_lane<f32>(at, rest, 1, 4);
  if (remaining > 2) v128.store_lane<f32>(at, rest, 2, 8);
}
