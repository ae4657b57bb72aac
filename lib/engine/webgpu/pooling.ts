import type { Tensor4D } from "@tensorflow/tfjs-core";
import type { Ops } from "../ops.js";
import { bindings, type Dispatcher, elementwise, workgroupsFor } from "./dispatch.js";

/** Gives each window's gradient to the first of its values, row by row, that equals its maximum. */
export const maxPoolGradient =
  (gpu: Dispatcher): Ops["maxPoolGradient"] =>
  (dy, x, y) => {
    const result = gpu.output<Tensor4D>(x.shape);
    const [, height, width, channels] = x.shape;
    const [, rows, columns] = y.shape;
    const code = () =>
      elementwise(
        x.size,
        bindings(["dy", "x", "y"], ["dx"]),
        `
    let channel = index % ${channels}u;
    let column = index / ${channels}u % ${width}u;
    let row = index / ${channels * width}u % ${height}u;
    let image = index / ${channels * width * height}u;
    dx[index] = 0.0;
    if (row >= ${2 * rows}u || column >= ${2 * columns}u) { continue; }
    let window = ((image * ${rows}u + row / 2u) * ${columns}u + column / 2u) * ${channels}u + channel;
    let largest = y[window];
    var first = x[index] == largest;
    let start = ((image * ${height}u + row / 2u * 2u) * ${width}u + column / 2u * 2u) * ${channels}u + channel;
    let inWindow = row % 2u * 2u + column % 2u;
    for (var before = 0u; before < inWindow; before++) {
      let place = start + (before / 2u * ${width}u + before % 2u) * ${channels}u;
      first = first && x[place] != largest;
    }
    if (first) { dx[index] = dy[window]; }`,
      );
    const workgroups = [workgroupsFor(x.size)] as const;
    gpu.run({ name: "maxPoolGradient", key: `${x.shape}`, code, workgroups }, [dy, x, y], [result]);
    return result;
  };
