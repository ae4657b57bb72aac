import { activationBehind, gammaBehind } from "./activation.js";
import type { Carried, ChannelMap, Layer } from "./channels.js";
import { layerName } from "./layer-name.js";
import { attribute, intAttribute } from "./model.js";
import type { NodeProto } from "./proto.js";
import { sizeOf } from "./tensor.js";

/** What a layer is, beside its node. */
interface Made extends Pick<Layer, "kind" | "classes" | "positions"> {
  /** Of its channels in its output. */
  axis: number;
}

function addLayer(node: NodeProto, map: ChannelMap, { kind, classes, axis, positions }: Made): Carried {
  const output = node.outputs[0]!;
  const gamma = gammaBehind(map.model, output);
  map.layers.push({
    ...{ name: layerName(node), node, kind, classes, positions },
    ...{ activation: activationBehind(map.model, output), ...(gamma && { gamma }) },
  });
  return { axis, classes };
}

/** Whether a kernel hangs over a border of zeros. */
function isPadded(node: NodeProto, kernel: readonly number[]): boolean {
  const auto = attribute(node, "auto_pad")?.string;
  const same = auto !== undefined && new TextDecoder().decode(auto).startsWith("SAME");
  const sides = attribute(node, "pads")?.ints ?? [];
  return same ? kernel.some((side) => side > 1) : sides.some((side) => side !== 0);
}

const hasKnownBias = ({ inputs }: NodeProto, { model }: ChannelMap): boolean =>
  !inputs[2] || model.floats(inputs[2]) !== undefined;

export function convolution(node: NodeProto, map: ChannelMap): Carried | "unknown" {
  const [tensor, weightsName] = node.inputs as [string, string];
  const weights = map.model.floats(weightsName);
  const carried = map.carried.get(tensor);
  const shape = map.shape(node.outputs[0]);
  if (!weights || !shape || (carried && carried.axis !== 1) || !hasKnownBias(node, map)) return "unknown";
  const [filters, perGroup, ...kernel] = weights.dims as [number, number, ...number[]];
  const groups = intAttribute(node, "group", 1);
  const depthwise = groups > 1 && perGroup === 1;
  const made = {
    kind: depthwise ? ("depthwise" as const) : ("convolution" as const),
    ...{ axis: 1, positions: sizeOf(shape.slice(2)) },
  };
  if (depthwise && carried) {
    // A filter goes with the channel that it reads.
    const each = filters / groups;
    const classes = Array.from(
      { length: filters },
      (_, filter) => carried.classes[Math.floor(filter / each)]!,
    );
    return addLayer(node, map, { ...made, classes });
  }
  const classes = map.fresh(filters);
  if (depthwise) map.fixClasses(classes, "a filter for each channel that no layer here makes");
  if (carried) {
    const borders = groups === 1 ? "inside" : "nowhere";
    const constants = isPadded(node, kernel) ? borders : "anywhere";
    map.readers.push({ node, tensor, classes: carried.classes, groups, constants });
  }
  if (groups > 1)
    for (const side of [classes, ...(carried ? [carried.classes] : [])])
      map.balanced.push({ sets: inGroups(side, groups), of: `group of ${node.op}` });
  return addLayer(node, map, { ...made, classes });
}

function inGroups(classes: readonly number[], groups: number): number[][] {
  const each = classes.length / groups;
  return Array.from({ length: groups }, (_, group) => classes.slice(group * each, (group + 1) * each));
}

export function transposedConvolution(node: NodeProto, map: ChannelMap): Carried | "unknown" {
  const [tensor, weightsName] = node.inputs as [string, string];
  const weights = map.model.floats(weightsName);
  const carried = map.carried.get(tensor);
  const shape = map.shape(tensor);
  const plain = intAttribute(node, "group", 1) === 1 && (!carried || carried.axis === 1);
  if (!weights || !shape || !plain || !hasKnownBias(node, map)) return "unknown";
  if (carried) map.readers.push({ node, tensor, classes: carried.classes, groups: 1, constants: "nowhere" });
  const classes = map.fresh(weights.dims[1]!);
  return addLayer(node, map, { kind: "convolution", classes, axis: 1, positions: sizeOf(shape.slice(2)) });
}

export function gemm(node: NodeProto, map: ChannelMap): Carried | "unknown" {
  const dims = map.model.floats(node.inputs[1])?.dims;
  const plain = intAttribute(node, "transA", 0) === 0 && hasKnownBias(node, map);
  return plain ? dense(node, map, dims?.[intAttribute(node, "transB", 0) ? 0 : 1]) : "unknown";
}

export function matMul(node: NodeProto, map: ChannelMap): Carried | "unknown" {
  const dims = map.model.floats(node.inputs[1])?.dims;
  return dims?.length === 2 ? dense(node, map, dims[1]) : "unknown";
}

function dense(node: NodeProto, map: ChannelMap, outputs: number | undefined): Carried | "unknown" {
  const [tensor] = node.inputs as [string];
  const carried = map.carried.get(tensor);
  const shape = map.shape(node.outputs[0]);
  if (outputs === undefined || !shape) return "unknown";
  const axis = shape.length - 1;
  if (carried && carried.axis !== axis) return "unknown";
  if (carried) map.readers.push({ node, tensor, classes: carried.classes, groups: 1, constants: "anywhere" });
  const positions = sizeOf(shape.slice(1, -1));
  return addLayer(node, map, { kind: "dense", classes: map.fresh(outputs), axis, positions });
}
