import { type Carried, ChannelMap } from "./channels.js";
import { convolution, gemm, matMul, transposedConvolution } from "./layers.js";
import { attribute, axisOf, intAttribute, type OnnxModel } from "./model.js";
import { elementwise, pointwise } from "./pointwise.js";
import type { NodeProto } from "./proto.js";
import { sizeOf } from "./tensor.js";

/**
 * What a node's first output carries, undefined where that is nothing; "unknown" where it reads channels in a way that is
 * not known here, so that they have to stay.
 */
export type Passed = Carried | undefined | "unknown";

type Operator = (node: NodeProto, map: ChannelMap) => Passed;

/** Follows channels through a model, whose computed tensors have these shapes. */
export function mapChannels(model: OnnxModel, shapes: ReadonlyMap<string, readonly number[]>): ChannelMap {
  const map = new ChannelMap(model, shapes);
  for (const node of model.nodes) {
    const known = node.domain === "" || node.domain === "ai.onnx" ? operators[node.op] : undefined;
    const passed = known ? known(node, map) : "unknown";
    if (passed !== "unknown") map.carry(node.outputs[0], passed);
    else for (const input of node.inputs) map.fix(input, `read by ${node.op}`);
  }
  for (const output of model.outputs) map.fix(output, "the model's output");
  return map;
}

const pooling = ["MaxPool", "AveragePool", "LpPool", "GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"];
const reductions = ["Mean", "Max", "Min", "Sum", "SumSquare", "L1", "L2", "Prod", "LogSumExp"];

const operators: Readonly<Record<string, Operator>> = {
  ...of(pointwise, first),
  ...of(elementwise, broadcast),
  ...of(pooling, passAtOne),
  ...of(
    reductions.map((name) => `Reduce${name}`),
    reduce,
  ),
  BatchNormalization: passAtOne,
  InstanceNormalization: passAtOne,
  Shape: () => undefined,
  Size: () => undefined,
  Conv: convolution,
  ConvTranspose: transposedConvolution,
  Gemm: gemm,
  MatMul: matMul,
  Concat: concatenate,
  Flatten: reshape,
  Reshape: reshape,
  Transpose: transpose,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Softmax: softmax,
  LogSoftmax: softmax,
  Pad: pad,
  Resize: passAtOne,
  Upsample: passAtOne,
};

function of(names: readonly string[], operator: Operator): Record<string, Operator> {
  return Object.fromEntries(names.map((name) => [name, operator]));
}

function first({ inputs }: NodeProto, map: ChannelMap): Carried | undefined {
  return map.carried.get(inputs[0]!);
}

function passAtOne(node: NodeProto, map: ChannelMap): Passed {
  const carried = first(node, map);
  const plain = carried?.axis === 1 && node.outputs.filter(Boolean).length === 1;
  return plain ? carried : "unknown";
}

function broadcast(node: NodeProto, map: ChannelMap): Passed {
  const { inputs, outputs } = node;
  const shape = map.shape(outputs[0]) ?? [];
  const aligned = inputs.map((input) => {
    const own = map.shape(input) ?? [];
    const before = shape.length - own.length;
    const carried = map.carried.get(input);
    return { input, own, before, carried, axis: carried && carried.axis + before };
  });
  const whole = aligned.find(({ carried, axis }) => carried && carried.classes.length === shape[axis!]);
  if (!whole) return "unknown";
  const axis = whole.axis!;
  const { classes } = whole.carried!;
  const fits = aligned.every(({ input, own, before, carried, axis: place }) => {
    const length = own[axis - before] ?? 1;
    if (carried) return place === axis && (length === 1 || length === classes.length);
    return length === 1 || map.model.floats(input) !== undefined;
  });
  if (!fits) return "unknown";
  for (const { carried } of aligned)
    if (carried?.classes.length === classes.length) map.unite(carried.classes, classes);
  return { axis, classes };
}

function concatenate(node: NodeProto, map: ChannelMap): Passed {
  const { inputs, outputs } = node;
  const parts = inputs.map((input) => map.carried.get(input));
  const axis = axisOf(intAttribute(node, "axis", 0), map.shape(outputs[0])?.length ?? 0);
  if (parts.every((part) => part === undefined)) return undefined;
  if (!parts.every((part) => part === undefined || part.axis === axis)) return "unknown";
  const classes = parts.flatMap((part, index) => {
    if (part) return part.classes;
    const others = map.fresh(map.shape(inputs[index])?.[axis] ?? 0);
    map.fixClasses(others, `joined by ${node.op} with what no layer makes`);
    return others;
  });
  return { axis, classes };
}

/** The channel axis stays one, or becomes one with the axes around it, as before a classifier. */
function reshape(node: NodeProto, map: ChannelMap): Passed {
  const carried = first(node, map);
  const from = map.shape(node.inputs[0]);
  const to = map.shape(node.outputs[0]);
  if (!carried || !from || !to) return "unknown";
  const { axis, classes } = carried;
  const before = sizeOf(from.slice(0, axis));
  const same = to.findIndex((length, at) => length === from[axis] && sizeOf(to.slice(0, at)) === before);
  if (same >= 0) return { axis: same, classes };
  if (to.length !== 2 || to[0] !== from[0] || axis === 0) return "unknown";
  const inner = sizeOf(from.slice(axis + 1));
  return {
    axis: 1,
    classes: Array.from(
      { length: to[1]! },
      (_, index) => classes[Math.floor(index / inner) % classes.length]!,
    ),
  };
}

function transpose(node: NodeProto, map: ChannelMap): Passed {
  const carried = first(node, map);
  const rank = map.shape(node.inputs[0])?.length ?? 0;
  const order = attribute(node, "perm")?.ints ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
  return carried && { ...carried, axis: order.indexOf(carried.axis) };
}

/** Axes of a node that has them as an attribute or, in later versions, as an input; sorted, none negative. */
function axesOf(node: NodeProto, map: ChannelMap, rank: number): number[] | undefined {
  const axes = attribute(node, "axes")?.ints ?? map.model.integers(node.inputs[1]);
  return axes?.map((axis) => axisOf(axis, rank)).sort((a, b) => a - b);
}

function reduce(node: NodeProto, map: ChannelMap): Passed {
  return intAttribute(node, "keepdims", 1) ? apart(node, map) : squeeze(node, map);
}

/** What a node that works on other axes alone carries on. */
function apart(node: NodeProto, map: ChannelMap): Passed {
  const carried = first(node, map);
  const axes = axesOf(node, map, map.shape(node.inputs[0])?.length ?? 0);
  return carried && axes && !axes.includes(carried.axis) ? carried : "unknown";
}

function squeeze(node: NodeProto, map: ChannelMap): Passed {
  const carried = apart(node, map);
  if (!carried || carried === "unknown") return carried;
  const axes = axesOf(node, map, map.shape(node.inputs[0])!.length)!;
  return { ...carried, axis: carried.axis - axes.filter((axis) => axis < carried.axis).length };
}

function unsqueeze(node: NodeProto, map: ChannelMap): Passed {
  const carried = first(node, map);
  const axes = axesOf(node, map, map.shape(node.outputs[0])?.length ?? 0);
  if (!carried || !axes) return "unknown";
  return {
    ...carried,
    axis: axes.reduce((place, added) => (added <= place ? place + 1 : place), carried.axis),
  };
}

function softmax(node: NodeProto, map: ChannelMap): Passed {
  const carried = first(node, map);
  const rank = map.shape(node.inputs[0])?.length ?? 0;
  // Before version 13 it took all axes from this one on together.
  const together = map.model.opset < 13;
  const from = axisOf(intAttribute(node, "axis", together ? 1 : -1), rank);
  if (!carried) return undefined;
  return (together ? carried.axis < from : carried.axis !== from) ? carried : "unknown";
}

function pad(node: NodeProto, map: ChannelMap): Passed {
  const carried = first(node, map);
  const sides = attribute(node, "pads")?.ints ?? map.model.integers(node.inputs[1]);
  // A fourth input names the axes.
  const known = carried && sides && node.inputs.length <= 3;
  return known && !sides[carried.axis] && !sides[carried.axis + sides.length / 2] ? carried : "unknown";
}
