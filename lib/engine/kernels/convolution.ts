import type { Tensor4D } from "@tensorflow/tfjs-core";
import type { Ops, Shape4D } from "../ops.js";
import { type ConvolutionGeometry, sameGeometry, turnedGeometry } from "./geometry.js";
import type { Heap } from "./heap.js";
import type { Kernels } from "./module.js";

/** Floats of padded images that a kernel works on at a time: 64 KiB, so that they stay in the second cache. */
const blockSize = 16_384;

/** Output channels that kernels compute together, and values of a row that the filter gradient does. */
const [panelWidth, tileRows] = [8, 4];

/**
 * Rows of fewer pixels are copied one after another for the filter gradient, which costs less than a loop for each.
 */
const widthOfLongRows = 8;

type Convolutions = Pick<Ops, "conv2d" | "conv2dInputGradient" | "conv2dFilterGradient">;

/** Convolution and its gradients as matrix products on images padded block by block. */
export function convolutionOps(kernels: Kernels, heap: Heap): Convolutions {
  const convolve = (
    x: Tensor4D,
    outputs: number,
    [tapRows, tapColumns]: Shape4D,
    { stride, dilation, geometry }: { stride: number; dilation: number; geometry: ConvolutionGeometry },
    pack: (target: number) => void,
  ): Tensor4D => {
    const [images, height, width, inputs] = x.shape;
    const { top, left, paddedHeight, paddedWidth, outHeight, outWidth } = geometry;
    const block = imagesPerBlock(images, geometry, inputs);
    const [packed, padded, offsets] = heap.scratch(
      tapRows * tapColumns * inputs * roundUp(outputs, panelWidth),
      block * paddedHeight * paddedWidth * inputs,
      block * outHeight * outWidth + 3,
    ) as [number, number, number];
    pack(packed);
    const y = heap.output<Tensor4D>([images, outHeight, outWidth, outputs]);
    kernels.convolution(
      ...[heap.at(x), packed, heap.at(y), padded, offsets, images, block],
      ...[height, width, inputs, dilation, top, left, paddedHeight, paddedWidth],
      ...[outHeight, outWidth, outputs, tapRows, tapColumns, stride],
    );
    return y;
  };

  return {
    conv2d(x, filter, stride) {
      const [tapRows, tapColumns, inputs, outputs] = filter.shape;
      const geometry = sameGeometry(x.shape, filter.shape, stride);
      return convolve(x, outputs, filter.shape, { stride, dilation: 1, geometry }, (packed) =>
        kernels.packFilter(heap.at(filter), packed, tapRows * tapColumns * inputs, outputs),
      );
    },

    conv2dInputGradient(dy, filter, inputShape, stride) {
      const [tapRows, tapColumns, inputs, outputs] = filter.shape;
      const geometry = turnedGeometry(inputShape, filter.shape, stride);
      return convolve(dy, inputs, filter.shape, { stride: 1, dilation: stride, geometry }, (packed) =>
        kernels.packTurnedFilter(heap.at(filter), packed, tapRows * tapColumns, inputs, outputs),
      );
    },

    conv2dFilterGradient(x, dy, filterShape, stride) {
      const [images, height, width, inputs] = x.shape;
      const [tapRows, tapColumns, , outputs] = filterShape;
      const geometry = sameGeometry(x.shape, filterShape, stride);
      const { top, left, paddedHeight, paddedWidth, outHeight, outWidth } = geometry;
      const block = imagesPerBlock(images, geometry, inputs);
      const columns = roundUp(outputs, panelWidth);
      const narrow = outWidth < widthOfLongRows;
      const [padded, patches, widened, sums] = heap.scratch(
        block * paddedHeight * paddedWidth * inputs + tileRows,
        narrow ? block * outHeight * outWidth * tapColumns * inputs + tileRows : 0,
        columns === outputs ? 0 : block * outHeight * outWidth * columns,
        tapRows * roundUp(tapColumns * inputs, tileRows) * columns,
      ) as [number, number, number, number];
      const gradient = heap.output<Tensor4D>(filterShape);
      kernels.filterGradient(
        ...[heap.at(x), heap.at(dy), heap.at(gradient), padded, narrow ? patches : 0, widened, sums],
        ...[images, block],
        ...[height, width, inputs, top, left, paddedHeight, paddedWidth],
        ...[outHeight, outWidth, outputs, tapRows, tapColumns, stride],
      );
      return gradient;
    },
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
