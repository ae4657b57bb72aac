import type { OnnxModel } from "./model.js";
import { elementwise, pointwise } from "./pointwise.js";
import type { NodeProto } from "./proto.js";

/** What may stand between a layer and what its filters are judged by. */
const local = new Set([...pointwise, ...elementwise, "BatchNormalization"]);

/**
 * The last tensor that comes of a layer's output alone, element by element: behind its normalization, bias and
 * nonlinearity, also where that is several nodes (x * sigmoid(x)), and before any sum with another layer.
 */
export function activationBehind(model: OnnxModel, output: string): string {
  const own = new Set([output]);
  const chain = [output];
  const nodes: NodeProto[] = [];
  for (const node of model.nodes) {
    const computed = node.inputs.filter((input) => input && !model.constant(input));
    if (!local.has(node.op) || computed.length === 0 || !computed.every((input) => own.has(input))) continue;
    own.add(node.outputs[0]!);
    chain.push(node.outputs[0]!);
    nodes.push(node);
  }
  // A tensor is the last one only where all before it are read by nothing but the nodes up to it.
  for (let end = chain.length - 1; end > 0; end--) {
    const inside = new Set(nodes.slice(0, end));
    const before = chain.slice(0, end);
    const readOnlyInside = model.nodes.every(
      (node) => inside.has(node) || !node.inputs.some((input) => before.includes(input)),
    );
    if (readOnlyInside && !before.some((name) => model.outputs.includes(name))) return chain[end]!;
  }
  return output;
}

/** Gamma of the batch normalization that reads a layer's output; undefined where there is none. */
export function gammaBehind(model: OnnxModel, output: string): Float32Array | undefined {
  const norm = model.nodes.find(({ op, inputs }) => op === "BatchNormalization" && inputs[0] === output);
  return norm && model.floats(norm.inputs[1])?.data;
}
