import { pad } from "./pad";
import { Direct } from "./records";
import { multiplyPanel } from "./register-tiles";

/** Output channels of one panel of packed weights: two vectors. */
const lanes: usize = 8;

/** Output pixels of one register tile. */
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
 * Convolution of images, which `pad` surrounds with zeros, with a packed filter of tapRows x tapColumns pixels. Under a
 * row of taps the values of x are contiguous, tapColumns * inputs of them.
 */
export function convolution(d: Direct): void {
  const inputs = d.inputs;
  const outputs = d.outputs;
  const padded = d.padded;
  const run = d.tapColumns * inputs;
  const panelBytes: usize = (d.tapRows * run * lanes) << 2;
  const rowBytes: usize = (d.paddedWidth * inputs) << 2;
  const outputBytes: usize = outputs << 2;
  const imageBytes: usize = (d.height * d.width * inputs) << 2;
  const outPixels = d.outHeight * d.outWidth;

  writeOffsets(d);
  for (let image: usize = 0; image < d.images; image += d.block) {
    const count = min(d.block, d.images - image);
    const from = d.x + image * imageBytes;
    pad(from, padded, count, d.height, d.width, inputs, d.top, d.left, d.paddedHeight, d.paddedWidth);
    let to: usize = d.y + image * outPixels * outputBytes;
    let panel = d.filter;
    for (let output: usize = 0; output < outputs; output += lanes) {
      const columns = min(lanes, outputs - output);
      const pixels = count * outPixels;
      multiplyPanel(padded, d.offsets, panel, to, outputBytes, pixels, columns, d.tapRows, run, rowBytes);
      panel += panelBytes;
      to += lanes << 2;
    }
  }
}

/** Where each output pixel's receptive field starts in a block of padded images, in bytes. */
function writeOffsets(d: Direct): void {
  const rowBytes: usize = (d.paddedWidth * d.inputs) << 2;
  const pixelBytes: usize = (d.stride * d.inputs) << 2;
  let at = d.offsets;
  for (let image: usize = 0; image < d.block; image++) {
    for (let row: usize = 0; row < d.outHeight; row++) {
      let offset: usize = (image * d.paddedHeight + row * d.stride) * rowBytes;
      for (let column: usize = 0; column < d.outWidth; column++) {
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
