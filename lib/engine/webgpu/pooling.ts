import type { Tensor4D } from "@tensorflow/tfjs-core";
import type { Ops } from "../ops.js";
import { type Dispatcher, elementwise, workgroupsFor } from "./dispatch.js";

/** Gives each window's gradient to the first of its values, row by row, that equals its maximum. */
export const maxPoolGradient =
  (gpu: Dispatcher): Ops["maxPoolGradient"] =>
  (dy, x, y) => {
    const result = gpu.output<Tensor4D>(x.shape);
    const [, height, width, channels] = x.shape;
    const [, rows, columns] = y.shape;
    const shader = { name: "maxPoolGradient", code: () => code, workgroups: workgroupsFor(x.size) };
    gpu.run(shader, [dy, x, y], [result], { sizes: [x.size, height, width, channels, rows, columns] });
    return result;
  };

const code = elementwise(
  {
    reads: ["dy", "x", "y"],
    writes: ["dx"],
    sizes: ["height", "width", "channels", "rows", "columns"],
  },
  `
    let channel = index % constants.channels;
    let pixel = index / constants.channels;
    let column = pixel % constants.width;
    let line = pixel / constants.width;
    let row = line % constants.height;
    let image = line / constants.height;
    dx[index] = 0.0;
    if (row >= 2u * constants.rows || column >= 2u * constants.columns) { continue; }
    let window =
      ((image * constants.rows + row / 2u) * constants.columns + column / 2u) * constants.channels + channel;
    let largest = y[window];
    var first = x[index] == largest;
    let corner = (pixel - row % 2u * constants.width - column % 2u) * constants.channels + channel;
    for (var before = 0u; before < row % 2u * 2u + column % 2u; before++) {
      let place = corner + (before / 2u * constants.width + before % 2u) * constants.channels;
      first = first && x[place] != largest;
    }
    if (first) { dx[index] = dy[window]; }`,
);
