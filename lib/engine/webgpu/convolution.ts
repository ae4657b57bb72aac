import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { composedOps } from "../composed.js";
import { sameGeometry } from "../kernels/geometry.js";
import type { Ops, Shape4D } from "../ops.js";
import { bindings, type Dispatcher, elementwise, workgroupsFor } from "./dispatch.js";

type Gradients = Pick<Ops, "conv2dInputGradient" | "conv2dFilterGradient">;

/**
 * Gradients of convolutions. tfjs gives every filter weight to one invocation that goes through all pixels, and every
 * input value to one that goes through all taps: both leave a GPU idle.
 */
export function convolutionGradients(gpu: Dispatcher): Gradients {
  return {
    conv2dInputGradient(dy, filter, inputShape, stride) {
      if (stride !== 1) return composedOps.conv2dInputGradient(dy, filter, inputShape, stride);
      return tf.tidy(() => tf.conv2d(dy, turned(gpu, filter), 1, "same"));
    },
    conv2dFilterGradient: (x, dy, filterShape, stride) => filterGradient(gpu, x, dy, filterShape, stride),
  };
}

/** [kh, kw, C, K] -> [kh, kw, K, C], turned by 180 degrees: the filter of the gradient's own convolution. */
function turned(gpu: Dispatcher, filter: Tensor4D): Tensor4D {
  const [height, width, inputs, outputs] = filter.shape;
  const result = gpu.output<Tensor4D>([height, width, outputs, inputs]);
  const code = () =>
    elementwise(
      filter.size,
      bindings(["filter_"], ["result"]),
      `
    let tap = ${height * width - 1}u - index / ${inputs * outputs}u;
    let output = index / ${inputs}u % ${outputs}u;
    result[index] = filter_[(tap * ${inputs}u + index % ${inputs}u) * ${outputs}u + output];`,
    );
  const shader = {
    name: "turnFilter",
    key: `${filter.shape}`,
    code,
    workgroups: [workgroupsFor(filter.size)] as const,
  };
  gpu.run(shader, [filter], [result]);
  return result;
}

/** Side of the tile of weights that a workgroup computes, of which each invocation has `each` x `each`. */
const tile = 32;
const each = 4;
const side = tile / each;
/** Pixels that a workgroup reads at once. */
const depth = 16;
/** Workgroups wanted: the pixels are split until there are about so many. */
const wantedWorkgroups = 256;

/** A product of matrices, [taps and input channels, pixels] x [pixels, output channels], split over pixels. */
function filterGradient(
  gpu: Dispatcher,
  x: Tensor4D,
  dy: Tensor4D,
  filterShape: Shape4D,
  stride: number,
): Tensor4D {
  const outputs = filterShape[3];
  const rows = filterShape[0] * filterShape[1] * filterShape[2];
  const pixels = dy.size / outputs;
  const tiles = [Math.ceil(outputs / tile), Math.ceil(rows / tile)] as const;
  const splits = Math.max(1, Math.min(wantedWorkgroups / (tiles[0] * tiles[1]), pixels / (4 * depth)));
  const pixelsPerSplit = depth * Math.ceil(pixels / Math.floor(splits) / depth);
  const parts = Math.ceil(pixels / pixelsPerSplit);
  const partial = gpu.output<Tensor4D>(parts === 1 ? filterShape : [parts, rows, outputs, 1]);
  const geometry = sameGeometry(x.shape, filterShape, stride);
  const shader = {
    name: "filterGradient",
    key: `${x.shape} ${filterShape} ${stride}`,
    code: () => tileProducts({ x: x.shape, dy: dy.shape, filterShape, stride, pixelsPerSplit, ...geometry }),
    workgroups: [...tiles, parts] as const,
  };
  gpu.run(shader, [x, dy], [partial]);
  if (parts === 1) return partial;
  const result = gpu.output<Tensor4D>(filterShape);
  gpu.run(sumOfParts(parts, rows * outputs), [partial], [result]);
  partial.dispose();
  return result;
}

const sumOfParts = (parts: number, size: number) => ({
  name: "filterGradientSum",
  key: `${parts}x${size}`,
  code: () =>
    elementwise(
      size,
      bindings(["partial"], ["result"]),
      `
    var sum = 0.0;
    for (var part = 0u; part < ${parts}u; part++) {
      sum += partial[part * ${size}u + index];
    }
    result[index] = sum;`,
    ),
  workgroups: [workgroupsFor(size)] as const,
});

interface TileOptions {
  x: Shape4D;
  dy: Shape4D;
  filterShape: Shape4D;
  stride: number;
  pixelsPerSplit: number;
  top: number;
  left: number;
}

function tileProducts({ x, dy, filterShape, stride, pixelsPerSplit, top, left }: TileOptions): string {
  const [, height, width, inputs] = x;
  const [images, outHeight, outWidth, outputs] = dy;
  const [tapRows, tapColumns] = filterShape;
  return `
${bindings(["x", "dy"], ["partial"])}
const pixels = ${images * outHeight * outWidth}u;
const rows = ${tapRows * tapColumns * inputs}u;
const outputs = ${outputs}u;
var<workgroup> inputTile: array<f32, ${depth * tile}>;
var<workgroup> gradientTile: array<f32, ${depth * tile}>;

fn inputAt(pixel: u32, row: u32) -> f32 {
  let tap = row / ${inputs}u;
  let image = pixel / ${outHeight * outWidth}u;
  let place = pixel % ${outHeight * outWidth}u;
  let y = i32(place / ${outWidth}u * ${stride}u + tap / ${tapColumns}u) - ${top};
  let column = i32(place % ${outWidth}u * ${stride}u + tap % ${tapColumns}u) - ${left};
  if (y < 0 || y >= ${height} || column < 0 || column >= ${width}) { return 0.0; }
  return x[((image * ${height}u + u32(y)) * ${width}u + u32(column)) * ${inputs}u + row % ${inputs}u];
}

@compute @workgroup_size(${side}, ${side})
fn main(
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) slot: u32,
  @builtin(workgroup_id) group: vec3u,
) {
  let firstOutput = group.x * ${tile}u;
  let firstRow = group.y * ${tile}u;
  let begin = group.z * ${pixelsPerSplit}u;
  let end = min(begin + ${pixelsPerSplit}u, pixels);
  var sums: array<vec${each}f, ${each}>;
  for (var start = begin; start < end; start += ${depth}u) {
    for (var at = slot; at < ${depth * tile}u; at += ${side * side}u) {
      let pixel = start + at / ${tile}u;
      let row = firstRow + at % ${tile}u;
      let output = firstOutput + at % ${tile}u;
      var value = 0.0;
      var gradient = 0.0;
      if (pixel < end && row < rows) { value = inputAt(pixel, row); }
      if (pixel < end && output < outputs) { gradient = dy[pixel * outputs + output]; }
      inputTile[at] = value;
      gradientTile[at] = gradient;
    }
    workgroupBarrier();
    for (var k = 0u; k < ${depth}u; k++) {
      let at = k * ${tile}u + local.x * ${each}u;
      let gradients = vec4f(gradientTile[at], gradientTile[at + 1u], gradientTile[at + 2u], gradientTile[at + 3u]);
      for (var i = 0u; i < ${each}u; i++) {
        sums[i] += inputTile[k * ${tile}u + local.y * ${each}u + i] * gradients;
      }
    }
    workgroupBarrier();
  }
  for (var i = 0u; i < ${each}u; i++) {
    let row = firstRow + local.y * ${each}u + i;
    for (var j = 0u; j < ${each}u; j++) {
      let output = firstOutput + local.x * ${each}u + j;
      if (row < rows && output < outputs) {
        partial[(group.z * rows + row) * outputs + output] = sums[i][j];
      }
    }
  }
}`;
}
