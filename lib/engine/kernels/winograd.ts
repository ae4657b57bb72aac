import type { Shape4D } from "../ops.js";
import type { Heap } from "./heap.js";
import type { Kernels } from "./module.js";
import { recordSize, writeRecord } from "./records.js";

/** Channels of a vector and of a panel. */
const [vectorSize, panelWidth] = [4, 8];

/** Floats of a cache line, by which matrices end later than they would; and of what a tile's transform needs. */
const [gap, lineFloats] = [16, 4 * 52];

/**
 * Tiles of a block. Their matrices should stay in the second cache, but have rows enough that reading the transformed
 * filter, `inputs` x `outputs` for each product, costs less than multiplying.
 */
const tilesPerBlock = (inputs: number, outputs: number): number =>
  Math.max(32, Math.round((inputs * outputs) / (inputs + outputs)));

/** A convolution with a filter of 3 x 3 taps, stride 1 and pad "same", its tensors by byte offsets. */
export interface WinogradConvolution {
  /** [N, H, W, C] */
  x: number;
  /** [N, H, W, K] */
  y: number;
  /** [3, 3, C, K] */
  filter: number;
  /** Of x. */
  shape: Shape4D;
  /** K. */
  outputs: number;
  /** By Karatsuba's form (maps of 2 x 2 pixels) rather than Winograd's. */
  karatsuba: boolean;
}

/*
 * These are called for every convolution of a step: no object is spread, which takes as long as the smallest ones.
 */

/** Writes y; with `turned` the filter is [3, 3, K, C], read as for the gradient with respect to an input. */
export function winogradConvolution(
  kernels: Kernels,
  heap: Heap,
  convolution: WinogradConvolution & { turned: boolean },
): void {
  const { x, y, shape, outputs, turned } = convolution;
  const [images, height, width, inputs] = shape;
  const { block, tiles, paddedPixels, matrices, karatsuba } = layout(convolution);
  const columns = roundUp(outputs, panelWidth);
  const xBytes = matrixBytes(tiles * inputs);
  const yBytes = matrixBytes(tiles * columns);
  const filterBytes = matrixBytes(inputs * columns);
  const [at, turnedFilter, padded, xMatrices, yMatrices, filterMatrices, offsets, lines] = heap.scratch(
    recordSize,
    turned ? 9 * inputs * outputs : 0,
    paddedPixels * inputs,
    (matrices * xBytes) / 4,
    (matrices * yBytes) / 4,
    (matrices * filterBytes) / 4,
    tiles + 3,
    lineFloats,
  );
  if (turned) kernels.turnFilter(convolution.filter, turnedFilter, outputs, inputs);
  writeRecord(heap, at, "Winograd", {
    x,
    y,
    filter: turned ? turnedFilter : convolution.filter,
    padded,
    paddedY: 0,
    xMatrices,
    yMatrices,
    filterMatrices,
    xBytes,
    yBytes,
    filterBytes,
    offsets,
    lines,
    images,
    block,
    height,
    width,
    inputs,
    outputs,
    karatsuba,
  });
  kernels.winogradConvolution(at);
}

/** Writes the filter's gradient, given that of y. */
export function winogradFilterGradient(kernels: Kernels, heap: Heap, convolution: WinogradConvolution): void {
  const { x, y, filter, shape, outputs } = convolution;
  const [images, height, width, inputs] = shape;
  const { block, tiles, paddedPixels, cutPixels, matrices, karatsuba } = layout(convolution);
  const rows = roundUp(inputs, vectorSize);
  const columns = roundUp(outputs, panelWidth);
  const xBytes = matrixBytes(tiles * rows);
  const yBytes = matrixBytes(tiles * columns);
  const filterBytes = matrixBytes(rows * columns);
  const [at, padded, paddedY, xMatrices, yMatrices, filterMatrices, lines] = heap.scratch(
    recordSize,
    paddedPixels * inputs,
    cutPixels * outputs,
    (matrices * xBytes) / 4,
    (matrices * yBytes) / 4,
    (matrices * filterBytes) / 4,
    lineFloats,
  );
  writeRecord(heap, at, "Winograd", {
    x,
    y,
    filter,
    padded,
    paddedY: cutPixels === 0 ? 0 : paddedY,
    xMatrices,
    yMatrices,
    filterMatrices,
    xBytes,
    yBytes,
    filterBytes,
    offsets: 0,
    lines,
    images,
    block,
    height,
    width,
    inputs,
    outputs,
    karatsuba,
  });
  kernels.winogradFilterGradient(at);
}

/** How many images go in a block, and what these take: tiles, and pixels of their copies with zeros around them. */
function layout({ shape: [images, height, width, inputs], outputs, karatsuba }: WinogradConvolution) {
  const size = karatsuba ? 2 : 4;
  const rows = Math.ceil(height / size);
  const columns = Math.ceil(width / size);
  const fitting = Math.floor(tilesPerBlock(inputs, outputs) / (rows * columns));
  const block = Math.max(1, Math.min(images, fitting));
  const whole = rows * size === height && columns * size === width;
  return {
    block,
    tiles: block * rows * columns,
    /** Of x, with what tiles at the edge read; none where a tile is the image. */
    paddedPixels: karatsuba ? 0 : block * (rows * size + 2) * (columns * size + 2),
    /** Of y, with what of the last tiles lies outside; none where all are whole. */
    cutPixels: whole ? 0 : block * rows * size * columns * size,
    matrices: karatsuba ? 9 : 36,
    karatsuba: Number(karatsuba),
  };
}

/** Of a matrix of so many floats, with the gap behind it. */
const matrixBytes = (floats: number) => 4 * (floats + gap);

const roundUp = (count: number, multiple: number) => Math.ceil(count / multiple) * multiple;
