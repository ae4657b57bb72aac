import type { Shape4D } from "../ops.js";
import { type ConvolutionGeometry, type GradientPhase, gradientPhases, sameGeometry } from "./geometry.js";
import type { Heap } from "./heap.js";
import type { Kernels } from "./module.js";
import { recordSize, writeRecord } from "./records.js";

/** Floats of padded images that a kernel works on at a time: 64 KiB, so that they stay in the second cache. */
const blockSize = 16_384;

/** Output channels that kernels compute together, and values of a row that the filter gradient does. */
const [panelWidth, groupSize] = [8, 4];

/** Rows of fewer pixels are copied for the filter gradient, which costs less than a loop for each. */
const widthOfLongRows = 16;
/** With so many output channels a copy is read often enough to pay in any case. */
const outputsThatPay = 64;

/** A convolution with pad "same", its tensors by byte offsets. */
export interface DirectConvolution {
  /** [N, H, W, C] */
  x: number;
  y: number;
  filter: number;
  /** Of x. */
  shape: Shape4D;
  /** [height, width, C, K] */
  filterShape: Shape4D;
  stride: number;
}

/** Writes y as matrix products on images padded block by block. */
export function directConvolution(kernels: Kernels, heap: Heap, convolution: DirectConvolution): void {
  const { x, y, filter, shape, filterShape, stride } = convolution;
  const [tapRows, tapColumns, inputs, outputs] = filterShape;
  const geometry = sameGeometry(shape, filterShape, stride);
  const pack = (packed: number) => kernels.packFilter(filter, packed, tapRows * tapColumns * inputs, outputs);
  convolve(kernels, heap, {
    x,
    shape,
    taps: [tapRows, tapColumns],
    outputs,
    stride,
    geometry,
    pack,
    into: y,
  });
}

/** Writes x, the gradient with respect to the input, given that of y. */
export function directInputGradient(kernels: Kernels, heap: Heap, convolution: DirectConvolution): void {
  const { x, y, filter, shape, filterShape, stride } = convolution;
  const [tapRows, tapColumns, inputs, outputs] = filterShape;
  const [images, height, width] = shape;
  const { outHeight, outWidth } = sameGeometry(shape, filterShape, stride);
  for (const vertical of gradientPhases(height, tapRows, stride)) {
    for (const horizontal of gradientPhases(width, tapColumns, stride)) {
      const geometry = phaseGeometry(vertical, horizontal);
      const taps: [number, number] = [vertical.taps, horizontal.taps];
      const pack = (packed: number) =>
        kernels.packTurnedFilter(
          ...[filter, packed, ...taps, vertical.firstTap, horizontal.firstTap],
          ...[stride, tapColumns, inputs, outputs],
        );
      const inputShape: Shape4D = [images, outHeight, outWidth, outputs];
      const common = { x: y, shape: inputShape, outputs: inputs, stride: 1, taps, geometry, pack };
      if (stride === 1) {
        convolve(kernels, heap, { ...common, into: x });
        continue;
      }
      const part = taps.includes(0) ? 0 : convolve(kernels, heap, { ...common, into: undefined });
      kernels.scatterPixels(
        ...[part, x, images, geometry.outHeight, geometry.outWidth, inputs],
        ...[vertical.skipped, horizontal.skipped, vertical.count, horizontal.count],
        ...[height, width, vertical.first, horizontal.first, stride],
      );
    }
  }
}

/** Writes the filter's gradient, given that of y. */
export function directFilterGradient(kernels: Kernels, heap: Heap, convolution: DirectConvolution): void {
  const { x, y, filter, shape, filterShape, stride } = convolution;
  const [images, height, width, inputs] = shape;
  const [tapRows, tapColumns, , outputs] = filterShape;
  const geometry = sameGeometry(shape, filterShape, stride);
  const { top, left, paddedHeight, paddedWidth, outHeight, outWidth } = geometry;
  const block = imagesPerBlock(images, geometry, inputs);
  const run = roundUp(tapColumns * inputs, groupSize);
  const columns = roundUp(outputs, panelWidth);
  const copied = outWidth < widthOfLongRows || outputs >= outputsThatPay;
  const [at, padded, patches, panels, sums] = heap.scratch(
    recordSize,
    block * paddedHeight * paddedWidth * inputs + groupSize,
    copied ? block * outHeight * outWidth * run : 0,
    block * outHeight * outWidth * columns,
    tapRows * run * columns,
  );
  writeRecord(heap, at, "Direct", {
    x,
    y,
    filter,
    padded,
    offsets: 0,
    patches: copied ? patches : 0,
    panels,
    sums,
    images,
    block,
    height,
    width,
    inputs,
    outputs,
    top,
    left,
    paddedHeight,
    paddedWidth,
    outHeight,
    outWidth,
    tapRows,
    tapColumns,
    stride,
  });
  kernels.filterGradient(at);
}

interface Convolution {
  x: number;
  shape: Shape4D;
  taps: [rows: number, columns: number];
  /** Output channels. */
  outputs: number;
  stride: number;
  geometry: ConvolutionGeometry;
  /** Packs the filter at an address. */
  pack: (packed: number) => void;
  /** Address of the result. */
  into: number | undefined;
}

/** Writes to `into`, or to scratch that is valid until the next call; returns where. */
function convolve(
  kernels: Kernels,
  heap: Heap,
  { x, shape, taps: [tapRows, tapColumns], outputs, stride, geometry, pack, into }: Convolution,
): number {
  const [images, height, width, inputs] = shape;
  const { top, left, paddedHeight, paddedWidth, outHeight, outWidth } = geometry;
  const block = imagesPerBlock(images, geometry, inputs);
  const [at, filter, padded, offsets, scratch] = heap.scratch(
    recordSize,
    tapRows * tapColumns * inputs * roundUp(outputs, panelWidth),
    block * paddedHeight * paddedWidth * inputs,
    block * outHeight * outWidth + 3,
    into === undefined ? images * outHeight * outWidth * outputs : 0,
  );
  pack(filter);
  const y = into ?? scratch;
  writeRecord(heap, at, "Direct", {
    x,
    y,
    filter,
    padded,
    offsets,
    patches: 0,
    panels: 0,
    sums: 0,
    images,
    block,
    height,
    width,
    inputs,
    outputs,
    top,
    left,
    paddedHeight,
    paddedWidth,
    outHeight,
    outWidth,
    tapRows,
    tapColumns,
    stride,
  });
  kernels.convolution(at);
  return y;
}

/** Of the convolution that gives the pixels of two phases. */
function phaseGeometry(vertical: GradientPhase, horizontal: GradientPhase): ConvolutionGeometry {
  const [outHeight, outWidth] = [vertical.skipped + vertical.count, horizontal.skipped + horizontal.count];
  return {
    top: vertical.before,
    left: horizontal.before,
    paddedHeight: outHeight + vertical.taps - 1,
    paddedWidth: outWidth + horizontal.taps - 1,
    outHeight,
    outWidth,
  };
}

function imagesPerBlock(
  images: number,
  { paddedHeight, paddedWidth }: ConvolutionGeometry,
  channels: number,
): number {
  const fitting = Math.floor(blockSize / (paddedHeight * paddedWidth * channels));
  return Math.max(1, Math.min(images, fitting));
}

const roundUp = (count: number, multiple: number) => Math.ceil(count / multiple) * multiple;
