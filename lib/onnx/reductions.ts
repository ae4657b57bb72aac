import { integer, integers, nodeOf } from "./build.js";
import type { ChannelMap } from "./channels.js";
import { attribute, type OnnxModel } from "./model.js";
import type { GraphProto, NodeProto } from "./proto.js";
import { floatTensor, integerTensor, take } from "./tensor.js";

/** What is put into a model to compute least and largest values in it. */
export type Added = Pick<GraphProto, "nodes" | "initializers">;

/**
 * The largest value of each channel of maps, image by image, and the negative of the least, as the largest of the negative:
 * pooling and convolutions are what the runtime computes in the blocked layout that its convolutions leave maps in, where a
 * reduction first has all of them laid out anew (ResNet-50: 1.5 times the time of inference).
 */
export function addPools(
  { nodes, initializers }: Added,
  { tensor, width, names: { low, high } }: { tensor: string; width: number; names: Names },
): void {
  nodes.push(nodeOf("GlobalMaxPool", high, [tensor]));
  if (!low) return;
  const weights = `${low}-weights`;
  initializers.push(floatTensor(weights, { dims: [width, 1, 1, 1], data: new Float32Array(width).fill(-1) }));
  const attributes = [integer("group", width), integers("kernel_shape", [1, 1])];
  nodes.push(nodeOf("Conv", `${low}-negative`, [tensor, weights], attributes));
  nodes.push(nodeOf("GlobalMaxPool", low, [`${low}-negative`]));
}

/** Outputs; without `low` where the least values are known. */
interface Names {
  low: string | undefined;
  high: string;
}

/** Least and largest value of some channels along any axis, over a whole batch. */
export function addReductions(
  { nodes, initializers }: Added,
  model: OnnxModel,
  options: {
    tensor: string;
    axis: number;
    rank: number;
    channels: readonly number[];
    names: { low: string; high: string };
  },
): void {
  const { tensor, axis, rank, channels, names } = options;
  const chosen = `${names.low}-channels`;
  initializers.push(integerTensor(`${chosen}-indices`, channels));
  nodes.push(nodeOf("Gather", chosen, [tensor, `${chosen}-indices`], [integer("axis", axis)]));
  const axes = Array.from({ length: rank }, (_, index) => index).filter((index) => index !== axis);
  for (const [kind, name] of [
    ["Min", names.low],
    ["Max", names.high],
  ] as const) {
    // From version 18 on the axes are an input.
    const asInput = model.opset >= 18;
    if (asInput) initializers.push(integerTensor(`${name}-axes`, axes));
    const attributes = [integer("keepdims", 0), ...(asInput ? [] : [integers("axes", axes)])];
    const inputs = [chosen, ...(asInput ? [`${name}-axes`] : [])];
    nodes.push(nodeOf(`Reduce${kind}`, name, inputs, attributes));
  }
}

/**
 * Computes some filters of a convolution, as far as its normalization, a second time: what a residual sum adds is added
 * while it is computed, unless something else wants to see it. Returns the copy; undefined where more than that stands
 * between the layer and the tensor.
 */
export function addCopy(
  { nodes, initializers }: Added,
  { model, layers }: ChannelMap,
  { tensor, channels, name }: { tensor: string; channels: readonly number[]; name: string },
): string | undefined {
  const layer = layers.find(({ activation, kind }) => activation === tensor && kind === "convolution");
  const norm = model.nodes.find(({ op, outputs }) => op === "BatchNormalization" && outputs[0] === tensor);
  const from = norm ? norm.inputs[0] : tensor;
  const isPlain = layer?.node.op === "Conv" && !layer.node.attributes.some(isGrouped);
  if (!layer || !isPlain || layer.node.outputs[0] !== from) return undefined;
  const copied = (node: NodeProto, input: string, output: string): string => {
    const constants = node.inputs.slice(1).map((one, index) => {
      const values = model.floats(one);
      if (!values) return one;
      const own = `${output}-${index}`;
      initializers.push(floatTensor(own, take(values, 0, channels)));
      return own;
    });
    nodes.push({ ...node, name: output, inputs: [input, ...constants], outputs: [output] });
    return output;
  };
  const filters = copied(layer.node, layer.node.inputs[0]!, `${name}-filters`);
  return norm ? copied(norm, filters, `${name}-normalized`) : filters;
}

const isGrouped = ({ name, int }: { name: string; int: number }): boolean => name === "group" && int !== 1;

const makesPositive = new Set(["Relu", "Sigmoid", "HardSigmoid", "Abs", "Exp", "Softmax"]);
const keepsPositive = new Set(["MaxPool", "AveragePool", "GlobalAveragePool", "Concat", "Add", "Mul"]);

/** Tensors that hold no value below 0, as far as their operators tell. */
export function neverNegative(model: OnnxModel): Set<string> {
  const known = new Set<string>();
  for (const node of model.nodes) {
    const { op, inputs, outputs } = node;
    const least =
      op === "Clip" ? (attribute(node, "min")?.float ?? model.floats(inputs[1])?.data[0]) : undefined;
    const keeps = keepsPositive.has(op) && inputs.every((input) => known.has(input));
    if (makesPositive.has(op) || keeps || (least !== undefined && least >= 0)) known.add(outputs[0]!);
  }
  return known;
}
