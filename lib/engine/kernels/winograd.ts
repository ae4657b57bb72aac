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

/** Writes y; with `turned` the filter is [3, 3, K, C], read as for the gradient with respect to an input. */
export function winogradConvolution(
  kernels: Kernels,
  heap: Heap,
  convolution: WinogradConvolution & { turned: boolean },
): void {
  const { shape, outputs, turned } = convolution;
  const inputs = shape[3];
  const { tiles, padded, matrices, sizes } = layout(convolution);
  const bytes = matrixBytes({
    x: tiles * inputs,
    y: tiles * roundUp(outputs, panelWidth),
    filter: inputs * roundUp(outputs, panelWidth),
  });
  const { record, turnedFilter, ...areas } = heap.areas({
    record: recordSize,
    turnedFilter: turned ? 9 * inputs * outputs : 0,
    padded: padded * inputs,
    ...matrixAreas(bytes, matrices),
    offsets: tiles + 3,
    lines: lineFloats,
  });
  if (turned) kernels.turnFilter(convolution.filter, turnedFilter, outputs, inputs);
  const filter = turned ? turnedFilter : convolution.filter;
  const { x, y } = convolution;
  const values = { ...areas, ...bytes, ...sizes, x, y, filter, paddedY: 0 };
  kernels.winogradConvolution(writeRecord(heap, record, "Winograd", values));
}

/** Writes the filter's gradient, given that of y. */
export function winogradFilterGradient(kernels: Kernels, heap: Heap, convolution: WinogradConvolution): void {
  const { shape, outputs, x, y, filter } = convolution;
  const inputs = shape[3];
  const { tiles, padded, bare, matrices, sizes } = layout(convolution);
  const bytes = matrixBytes({
    x: tiles * roundUp(inputs, vectorSize),
    y: tiles * roundUp(outputs, panelWidth),
    filter: roundUp(inputs, vectorSize) * roundUp(outputs, panelWidth),
  });
  const { record, ...areas } = heap.areas({
    record: recordSize,
    padded: padded * inputs,
    paddedY: bare * outputs,
    ...matrixAreas(bytes, matrices),
    lines: lineFloats,
  });
  const paddedY = bare === 0 ? 0 : areas.paddedY;
  const values = { ...areas, ...bytes, ...sizes, x, y, filter, paddedY, offsets: 0 };
  kernels.winogradFilterGradient(writeRecord(heap, record, "Winograd", values));
}

/** How a block's images are cut into tiles; `padded` and `bare` are pixels of copies with zeros around them. */
function layout({ shape: [images, height, width, inputs], outputs, karatsuba }: WinogradConvolution) {
  const size = karatsuba ? 2 : 4;
  const [rows, columns] = [Math.ceil(height / size), Math.ceil(width / size)];
  const fitting = Math.floor(tilesPerBlock(inputs, outputs) / (rows * columns));
  const block = Math.max(1, Math.min(images, fitting));
  const whole = rows * size === height && columns * size === width;
  return {
    tiles: block * rows * columns,
    padded: karatsuba ? 0 : block * (rows * size + 2) * (columns * size + 2),
    bare: whole ? 0 : block * rows * size * columns * size,
    matrices: karatsuba ? 9 : 36,
    sizes: { images, block, height, width, inputs, outputs, karatsuba: Number(karatsuba) },
  };
}

/** Of matrices of so many floats each, with the gap behind them. */
const matrixBytes = (floats: Record<"x" | "y" | "filter", number>) => ({
  xBytes: 4 * (floats.x + gap),
  yBytes: 4 * (floats.y + gap),
  filterBytes: 4 * (floats.filter + gap),
});

const matrixAreas = (bytes: ReturnType<typeof matrixBytes>, matrices: number) => ({
  xMatrices: (matrices * bytes.xBytes) / 4,
  yMatrices: (matrices * bytes.yBytes) / 4,
  filterMatrices: (matrices * bytes.filterBytes) / 4,
});

const roundUp = (count: number, multiple: number) => Math.ceil(count / multiple) * multiple;
