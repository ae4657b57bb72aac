import type { Tensor4D } from "@tensorflow/tfjs-core";
import type { Ops } from "../ops.js";
import { type ConvolutionGeometry, type GradientPhase, gradientPhases, sameGeometry } from "./geometry.js";
import type { Heap } from "./heap.js";
import type { Kernels } from "./module.js";

/** Floats of padded images that a kernel works on at a time: 64 KiB, so that they stay in the second cache. */
const blockSize = 16_384;

/** Output channels that kernels compute together, and values of a row that the filter gradient does. */
const [panelWidth, tileRows] = [8, 4];

/** Rows of fewer pixels are copied for the filter gradient, which costs less than a loop for each. */
const widthOfLongRows = 16;
/** With so many output channels a copy is read often enough to pay in any case. */
const outputsThatPay = 64;

type Convolutions = Pick<Ops, "conv2d" | "conv2dInputGradient" | "conv2dFilterGradient">;

/** Convolution and its gradients as matrix products on images padded block by block. */
export function convolutionOps(kernels: Kernels, heap: Heap): Convolutions {
  /** Writes to `into`, or to scratch that is valid until the next call; returns where. */
  const convolve = (
    x: Tensor4D,
    { taps: [tapRows, tapColumns], outputs, stride, geometry, pack, into }: Convolution,
  ): number => {
    const [images, height, width, inputs] = x.shape;
    const { top, left, paddedHeight, paddedWidth, outHeight, outWidth } = geometry;
    const block = imagesPerBlock(images, geometry, inputs);
    const [packed, padded, offsets, scratch] = heap.scratch(
      tapRows * tapColumns * inputs * roundUp(outputs, panelWidth),
      block * paddedHeight * paddedWidth * inputs,
      block * outHeight * outWidth + 3,
      into === undefined ? images * outHeight * outWidth * outputs : 0,
    ) as [number, number, number, number];
    pack(packed);
    const y = into ?? scratch;
    kernels.convolution(
      ...[heap.at(x), packed, y, padded, offsets, images, block],
      ...[height, width, inputs, top, left, paddedHeight, paddedWidth],
      ...[outHeight, outWidth, outputs, tapRows, tapColumns, stride],
    );
    return y;
  };

  return {
    conv2d(x, filter, stride) {
      const [tapRows, tapColumns, inputs, outputs] = filter.shape;
      const geometry = sameGeometry(x.shape, filter.shape, stride);
      const y = heap.output<Tensor4D>([x.shape[0], geometry.outHeight, geometry.outWidth, outputs]);
      const pack = (packed: number) =>
        kernels.packFilter(heap.at(filter), packed, tapRows * tapColumns * inputs, outputs);
      convolve(x, { taps: [tapRows, tapColumns], outputs, stride, geometry, pack, into: heap.at(y) });
      return y;
    },

    conv2dInputGradient(dy, filter, inputShape, stride) {
      const [tapRows, tapColumns, inputs, outputs] = filter.shape;
      const [images, height, width] = inputShape;
      const dx = heap.output<Tensor4D>(inputShape);
      for (const vertical of gradientPhases(height, tapRows, stride)) {
        for (const horizontal of gradientPhases(width, tapColumns, stride)) {
          const geometry = phaseGeometry(vertical, horizontal);
          const taps: [number, number] = [vertical.taps, horizontal.taps];
          const pack = (packed: number) =>
            kernels.packTurnedFilter(
              ...[heap.at(filter), packed, ...taps, vertical.firstTap, horizontal.firstTap],
              ...[stride, tapColumns, inputs, outputs],
            );
          const common = { taps, outputs: inputs, stride: 1, geometry, pack };
          if (stride === 1) {
            convolve(dy, { ...common, into: heap.at(dx) });
            continue;
          }
          const part = taps.includes(0) ? 0 : convolve(dy, { ...common, into: undefined });
          kernels.scatterPixels(
            ...[part, heap.at(dx), images, geometry.outHeight, geometry.outWidth, inputs],
            ...[vertical.skipped, horizontal.skipped, vertical.count, horizontal.count],
            ...[height, width, vertical.first, horizontal.first, stride],
          );
        }
      }
      return dx;
    },

    conv2dFilterGradient(x, dy, filterShape, stride) {
      const [images, height, width, inputs] = x.shape;
      const [tapRows, tapColumns, , outputs] = filterShape;
      const geometry = sameGeometry(x.shape, filterShape, stride);
      const { top, left, paddedHeight, paddedWidth, outHeight, outWidth } = geometry;
      const block = imagesPerBlock(images, geometry, inputs);
      const columns = roundUp(outputs, panelWidth);
      const copied = outWidth < widthOfLongRows || outputs >= outputsThatPay;
      const [padded, patches, panels, sums] = heap.scratch(
        block * paddedHeight * paddedWidth * inputs + tileRows,
        copied ? block * outHeight * outWidth * roundUp(tapColumns * inputs, tileRows) : 0,
        block * outHeight * outWidth * columns,
        tapRows * roundUp(tapColumns * inputs, tileRows) * columns,
      ) as [number, number, number, number];
      const gradient = heap.output<Tensor4D>(filterShape);
      kernels.filterGradient(
        ...[heap.at(x), heap.at(dy), heap.at(gradient), padded, copied ? patches : 0, panels, sums],
        ...[images, block],
        ...[height, width, inputs, top, left, paddedHeight, paddedWidth],
        ...[outHeight, outWidth, outputs, tapRows, tapColumns, stride],
      );
      return gradient;
    },
  };
}

interface Convolution {
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
