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
  const shader = { name: "turnFilter", code: () => turn, workgroups: workgroupsFor(filter.size) };
  gpu.run(shader, [filter], [result], { sizes: [filter.size, height * width, inputs, outputs] });
  return result;
}

const turn = elementwise(
  { reads: ["weights"], writes: ["result"], sizes: ["taps", "inputs", "outputs"] },
  `
    let input = index % constants.inputs;
    let output = index / constants.inputs % constants.outputs;
    let tap = constants.taps - 1u - index / (constants.inputs * constants.outputs);
    result[index] = weights[(tap * constants.inputs + input) * constants.outputs + output];`,
);

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
  const [tapRows, tapColumns, inputs, outputs] = filterShape;
  const [, height, width] = x.shape;
  const [, outHeight, outWidth] = dy.shape;
  const rows = tapRows * tapColumns * inputs;
  const pixels = dy.size / outputs;
  const tiles = [Math.ceil(outputs / tile), Math.ceil(rows / tile)] as const;
  const splits = Math.max(1, Math.min(wantedWorkgroups / (tiles[0] * tiles[1]), pixels / (4 * depth)));
  const pixelsPerSplit = depth * Math.ceil(pixels / Math.floor(splits) / depth);
  const parts = Math.ceil(pixels / pixelsPerSplit);
  const partial = gpu.output<Tensor4D>(parts === 1 ? filterShape : [parts, rows, outputs, 1]);
  const { top, left } = sameGeometry(x.shape, filterShape, stride);
  const shader = {
    name: "filterGradient",
    code: () => tileProducts,
    workgroups: [...tiles, parts] as const,
  };
  gpu.run(shader, [x, dy], [partial], {
    sizes: [
      ...[height, width, inputs, outHeight, outWidth, outputs],
      ...[tapColumns, stride, top, left, rows, pixels, pixelsPerSplit],
    ],
  });
  if (parts === 1) return partial;
  const result = gpu.output<Tensor4D>(filterShape);
  const sum = { name: "filterGradientSum", code: () => sumOfParts, workgroups: workgroupsFor(result.size) };
  gpu.run(sum, [partial], [result], { sizes: [result.size, parts] });
  partial.dispose();
  return result;
}

const sumOfParts = elementwise(
  { reads: ["partial"], writes: ["result"], sizes: ["parts"] },
  `
    var sum = 0.0;
    for (var part = 0u; part < constants.parts; part++) {
      sum += partial[part * constants.count + index];
    }
    result[index] = sum;`,
);

/**
 * Each invocation always reads the same column of both tiles: its tap and channel are worked out once, and its pixel
 * moves on by the same step without a division.
 */
const tileProducts = `
${bindings({
  reads: ["x", "dy"],
  writes: ["partial"],
  sizes: [
    ...["height", "width", "inputs", "outHeight", "outWidth", "outputs"],
    ...["tapColumns", "stride", "top", "left", "rows", "pixels", "pixelsPerSplit"],
  ],
})}
var<workgroup> inputTile: array<f32, ${depth * tile}>;
var<workgroup> gradientTile: array<f32, ${depth * tile}>;

@compute @workgroup_size(${side}, ${side})
fn main(
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) slot: u32,
  @builtin(workgroup_id) group: vec3u,
) {
  let inputs = constants.inputs;
  let outputs = constants.outputs;
  let firstOutput = group.x * ${tile}u;
  let firstRow = group.y * ${tile}u;
  let begin = group.z * constants.pixelsPerSplit;
  let end = min(begin + constants.pixelsPerSplit, constants.pixels);

  let ownOutput = firstOutput + slot % ${tile}u;
  let ownRow = firstRow + slot % ${tile}u;
  let tap = ownRow / inputs;
  let input = ownRow % inputs;
  let tapRow = i32(tap / constants.tapColumns) - i32(constants.top);
  let tapColumn = i32(tap % constants.tapColumns) - i32(constants.left);
  var pixel = begin + slot / ${tile}u;
  var column = pixel % constants.outWidth;
  var line = pixel / constants.outWidth % constants.outHeight;
  var image = pixel / constants.outWidth / constants.outHeight;

  var sums: array<vec${each}f, ${each}>;
  for (var start = begin; start < end; start += ${depth}u) {
    for (var at = slot; at < ${depth * tile}u; at += ${side * side}u) {
      var value = 0.0;
      var gradient = 0.0;
      if (pixel < end) {
        let y = i32(line * constants.stride) + tapRow;
        let z = i32(column * constants.stride) + tapColumn;
        let inside = y >= 0 && y < i32(constants.height) && z >= 0 && z < i32(constants.width);
        if (inside && ownRow < constants.rows) {
          value = x[((image * constants.height + u32(y)) * constants.width + u32(z)) * inputs + input];
        }
        if (ownOutput < outputs) { gradient = dy[pixel * outputs + ownOutput]; }
      }
      inputTile[at] = value;
      gradientTile[at] = gradient;
      pixel += ${(side * side) / tile}u;
      column += ${(side * side) / tile}u;
      while (column >= constants.outWidth) { column -= constants.outWidth; line++; }
      while (line >= constants.outHeight) { line -= constants.outHeight; image++; }
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
      if (row < constants.rows && output < outputs) {
        partial[(group.z * constants.rows + row) * outputs + output] = sums[i][j];
      }
    }
  }
}`;
