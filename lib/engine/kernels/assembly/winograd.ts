/**
 * Convolutions with filters of 3 x 3 taps, stride 1 and pad "same" by forms that multiply less (Lavin and Gray 2015): an
 * image's tiles and the filter are transformed, each becoming one value in each of 36 matrices (9 in Karatsuba's form);
 * the matrices are multiplied over channels; the products are transformed back.
 *
 * Transforms take 4 channels at a time. Where their number is no multiple of 4, the last vector overlaps the one before,
 * and the same values are computed twice.
 *
 * Matrices end a cache line later than they would: at multiples of 4 KiB the stores of one tile would all meet in one set
 * of the first cache.
 */
import { pad } from "./pad";
import { Winograd } from "./records";
import { addProducts, multiplyPanel } from "./register-tiles";
import {
  transformFilter,
  transformFilterGradient,
  transformGradients,
  transformResults,
  transformValues,
} from "./winograd-tiles";

/** Columns of a panel, and values that `addProducts` takes as a group. */
const lanes: usize = 8;
const groupSize: usize = 4;

/** Pixels along a tile's side. */
function tileSize(w: Winograd): usize {
  return w.karatsuba ? 2 : 4;
}

function tilesAcross(size: usize, w: Winograd): usize {
  const side = tileSize(w);
  return (size + side - 1) / side;
}

/** Products along a tile's side. */
function productsAcross(w: Winograd): usize {
  return w.karatsuba ? 3 : 6;
}

/** y = x convolved with the filter. */
export function winogradConvolution(w: Winograd): void {
  const inputs = w.inputs;
  const outputs = w.outputs;
  const products = productsAcross(w);
  const tilesOfImage = tilesAcross(w.height, w) * tilesAcross(w.width, w);
  packWinogradFilter(w);
  for (let tile: usize = 0; tile < w.block * tilesOfImage; tile++) {
    store<u32>(w.offsets + (tile << 2), u32((tile * inputs) << 2));
  }
  // The last, incomplete register tile reads on: any tile will do.
  for (let rest: usize = 0; rest < 3; rest++)
    store<u32>(w.offsets + ((w.block * tilesOfImage + rest) << 2), 0);

  const sumBytes: usize = ((outputs + lanes - 1) & ~(lanes - 1)) << 2;
  for (let image: usize = 0; image < w.images; image += w.block) {
    const count = min(w.block, w.images - image);
    winogradValues(w, image, count, inputs << 2, lanes << 2, 16, (inputs - 4) << 2);
    const tiles = count * tilesOfImage;
    for (let product: usize = 0; product < products * products; product++) {
      const values = w.xMatrices + product * w.xBytes;
      let panel = w.filterMatrices + product * w.filterBytes;
      let sums = w.yMatrices + product * w.yBytes;
      for (let output: usize = 0; output < outputs; output += lanes) {
        multiplyPanel(values, w.offsets, panel, sums, sumBytes, tiles, lanes, 1, inputs, 0);
        panel += (inputs * lanes) << 2;
        sums += lanes << 2;
      }
    }
    winogradResults(w, image, count, sumBytes);
  }
}

/** The filter's gradient = x's values under each tap times y's gradient, summed over images and pixels. */
export function winogradFilterGradient(w: Winograd): void {
  const groups = (w.inputs + groupSize - 1) / groupSize;
  const products = productsAcross(w);
  const tilesOfImage = tilesAcross(w.height, w) * tilesAcross(w.width, w);
  const sumBytes: usize = ((w.outputs + lanes - 1) & ~(lanes - 1)) << 2;
  for (let image: usize = 0; image < w.images; image += w.block) {
    const count = min(w.block, w.images - image);
    const tiles = count * tilesOfImage;
    const groupBytes: usize = (tiles * groupSize) << 2;
    const panelBytes: usize = (tiles * lanes) << 2;
    winogradValues(w, image, count, groupSize << 2, groupBytes << 1, groupBytes, usize.MAX_VALUE);
    winogradGradients(w, image, count, lanes << 2, panelBytes);
    for (let product: usize = 0; product < products * products; product++) {
      const values = w.xMatrices + product * w.xBytes;
      let panel = w.yMatrices + product * w.yBytes;
      let sums = w.filterMatrices + product * w.filterBytes;
      for (let output: usize = 0; output < w.outputs; output += lanes) {
        addProducts(
          values,
          groupBytes,
          panel,
          sums,
          sumBytes,
          groups,
          image === 0,
          1,
          1,
          tiles,
          groupSize << 2,
          0,
          0,
        );
        panel += panelBytes;
        sums += lanes << 2;
      }
    }
  }
  unpackFilterGradient(w, sumBytes);
}

/** The filter [3, 3, inputs, outputs] to panels [ceil(outputs / 8), inputs, 8] of each matrix. */
export function packWinogradFilter(w: Winograd): void {
  const karatsuba = w.karatsuba !== 0;
  const rowBytes: usize = w.outputs << 2;
  const tapBytes: usize = w.inputs * rowBytes;
  const panelBytes: usize = (w.inputs * lanes) << 2;
  const lines = w.lines;
  const step = w.filterBytes;
  const rowStep = productsAcross(w) * step;
  let row = w.filter;
  let place = w.filterMatrices;
  for (let input: usize = 0; input < w.inputs; input++) {
    let to = place;
    for (let at: usize = 0; at < rowBytes; at += 16) {
      const from = row + min(at, rowBytes - 16);
      transformFilter(karatsuba, from, 3 * tapBytes, tapBytes, to, rowStep, step, lines);
      to += at & 16 ? panelBytes - 16 : 16;
    }
    row += rowBytes;
    place += lanes << 2;
  }
}

/** Sums of each matrix, [inputs, outputs] with the last vectors overlapping, to the filter's gradient. */
export function unpackFilterGradient(w: Winograd, sumBytes: usize): void {
  const karatsuba = w.karatsuba !== 0;
  const rowBytes: usize = w.outputs << 2;
  const tapBytes: usize = w.inputs * rowBytes;
  const lines = w.lines;
  const step = w.filterBytes;
  const rowStep = productsAcross(w) * step;
  let sums = w.filterMatrices;
  for (let group: usize = 0; group < w.inputs; group += groupSize) {
    let row: usize = w.filter + min(group, w.inputs - groupSize) * rowBytes;
    for (let count: usize = 0; count < groupSize; count++) {
      for (let at: usize = 0; at < rowBytes; at += 16) {
        const to = row + min(at, rowBytes - 16);
        transformFilterGradient(karatsuba, sums + at, rowStep, step, to, 3 * tapBytes, tapBytes, lines);
      }
      sums += sumBytes;
      row += rowBytes;
    }
  }
}

/**
 * Values of x's tiles. Of tile t, vector v goes to t * tileBytes + (v / 2) * pairBytes + (v % 2) * oddBytes of each
 * matrix, but not beyond `last`.
 */
export function winogradValues(
  w: Winograd,
  image: usize,
  count: usize,
  tileBytes: usize,
  pairBytes: usize,
  oddBytes: usize,
  last: usize,
): void {
  const karatsuba = w.karatsuba !== 0;
  const size = tileSize(w);
  const rows = tilesAcross(w.height, w);
  const across = tilesAcross(w.width, w);
  const pixelBytes: usize = w.inputs << 2;
  let height = w.height;
  let width = w.width;
  let source: usize = w.x + image * height * width * pixelBytes;
  if (!karatsuba) {
    const padded = w.padded;
    height = rows * size + 2;
    width = across * size + 2;
    pad(source, padded, count, w.height, w.width, w.inputs, 1, 1, height, width);
    source = padded;
  }
  const rowBytes: usize = width * pixelBytes;
  const lines = w.lines;
  const step = w.xBytes;
  const rowStep = productsAcross(w) * step;
  let to = w.xMatrices;
  for (let n: usize = 0; n < count; n++) {
    for (let row: usize = 0; row < rows; row++) {
      let from: usize = source + (n * height + row * size) * rowBytes;
      for (let column: usize = 0; column < across; column++) {
        let place: usize = 0;
        for (let at: usize = 0; at < pixelBytes; at += 16) {
          const vector = from + min(at, pixelBytes - 16);
          transformValues(
            karatsuba,
            vector,
            rowBytes,
            pixelBytes,
            to + min(place, last),
            rowStep,
            step,
            lines,
          );
          place += at & 16 ? pairBytes - oddBytes : oddBytes;
        }
        to += tileBytes;
        from += size * pixelBytes;
      }
    }
  }
}

/** The same of y's gradient, vector v at (v / 2) * panelBytes + (v % 2) * 16. */
export function winogradGradients(
  w: Winograd,
  image: usize,
  count: usize,
  tileBytes: usize,
  panelBytes: usize,
): void {
  const karatsuba = w.karatsuba !== 0;
  const size = tileSize(w);
  const rows = tilesAcross(w.height, w);
  const across = tilesAcross(w.width, w);
  const pixelBytes: usize = w.outputs << 2;
  let source: usize = w.y + image * w.height * w.width * pixelBytes;
  const padded = w.paddedY;
  if (padded) {
    pad(source, padded, count, w.height, w.width, w.outputs, 0, 0, rows * size, across * size);
    source = padded;
  }
  const rowBytes: usize = across * size * pixelBytes;
  const lines = w.lines;
  const step = w.yBytes;
  const rowStep = productsAcross(w) * step;
  let to = w.yMatrices;
  for (let row: usize = 0; row < count * rows; row++) {
    let from: usize = source + row * size * rowBytes;
    for (let column: usize = 0; column < across; column++) {
      let place = to;
      for (let at: usize = 0; at < pixelBytes; at += 16) {
        const vector = from + min(at, pixelBytes - 16);
        transformGradients(karatsuba, vector, rowBytes, pixelBytes, place, rowStep, step, lines);
        place += at & 16 ? panelBytes - 16 : 16;
      }
      to += tileBytes;
      from += size * pixelBytes;
    }
  }
}

/** Sums of products, rows `sumBytes` apart, to y. What of a tile lies outside the image is left out. */
export function winogradResults(w: Winograd, image: usize, count: usize, sumBytes: usize): void {
  const karatsuba = w.karatsuba !== 0;
  const size = tileSize(w);
  const height = w.height;
  const width = w.width;
  const pixelBytes: usize = w.outputs << 2;
  const rowBytes: usize = width * pixelBytes;
  const lines = w.lines;
  const clipped = lines + 36 * 16;
  const step = w.yBytes;
  const rowStep = productsAcross(w) * step;
  let from = w.yMatrices;
  for (let n = image; n < image + count; n++) {
    for (let row: usize = 0; row < height; row += size) {
      for (let column: usize = 0; column < width; column += size) {
        const pixel: usize = w.y + (n * height + row) * rowBytes + column * pixelBytes;
        const whole = row + size <= height && column + size <= width;
        for (let at: usize = 0; at < pixelBytes; at += 16) {
          const to = pixel + min(at, pixelBytes - 16);
          if (whole) {
            transformResults(karatsuba, from + at, rowStep, step, to, rowBytes, pixelBytes, lines);
          } else {
            transformResults(karatsuba, from + at, rowStep, step, clipped, size << 4, 16, lines);
            copyPixels(
              clipped,
              size << 4,
              to,
              rowBytes,
              pixelBytes,
              min(size, height - row),
              min(size, width - column),
            );
          }
        }
        from += sumBytes;
      }
    }
  }
}

function copyPixels(
  from: usize,
  fromRow: usize,
  to: usize,
  rowBytes: usize,
  pixelBytes: usize,
  rows: usize,
  columns: usize,
): void {
  for (let row: usize = 0; row < rows; row++) {
    for (let column: usize = 0; column < columns; column++) {
      v128.store(to + row * rowBytes + column * pixelBytes, v128.load(from + row * fromRow + (column << 4)));
    }
  }
}

/**
 * A filter [3, 3, inputs, outputs] turned by 180 degrees, inputs and outputs exchanged; at least 4 of each. Goes by
 * 16 x 16, since a column of rows 4 KiB apart would not stay in the first cache.
 */
export function turnFilter(filter: usize, turned: usize, inputs: usize, outputs: usize): void {
  const fromBytes: usize = outputs << 2;
  const toBytes: usize = inputs << 2;
  for (let tap: usize = 0; tap < 9; tap++) {
    const from: usize = filter + (8 - tap) * inputs * fromBytes;
    const to: usize = turned + tap * outputs * toBytes;
    for (let block: usize = 0; block < inputs; block += 16) {
      for (let output: usize = 0; output < outputs; output += 4) {
        const column = min(output, outputs - 4);
        for (let input = block; input < min(block + 16, inputs); input += 4) {
          const row = min(input, inputs - 4);
          turnSquare(
            from + row * fromBytes + (column << 2),
            fromBytes,
            to + column * toBytes + (row << 2),
            toBytes,
          );
        }
      }
    }
  }
}

/** Transposes 4 x 4 floats. */
function turnSquare(from: usize, fromBytes: usize, to: usize, toBytes: usize): void {
  const a = v128.load(from);
  const b = v128.load(from + fromBytes);
  const c = v128.load(from + 2 * fromBytes);
  const d = v128.load(from + 3 * fromBytes);
  const abLow = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cdLow = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(abLow, cdLow, 0, 1, 4, 5));
  v128.store(to + toBytes, v128.shuffle<f32>(abLow, cdLow, 2, 3, 6, 7));
  v128.store(to + 2 * toBytes, v128.shuffle<f32>(abHigh, cdHigh, 0, 1, 4, 5));
  v128.store(to + 3 * toBytes, v128.shuffle<f32>(abHigh, cdHigh, 2, 3, 6, 7));
}
