import type { ChannelMap } from "./channels.js";
import type { OnnxModel } from "./model.js";
import type { NodeProto } from "./proto.js";
import { dataTypes, sizeOf } from "./tensor.js";

/** Cost of a model. */
export interface ModelCost {
  /** Its float32 constants, without running statistics. */
  parameters: number;
  /** Multiply-accumulates of one image: convolutions and products with weights. */
  macs: number;
  /** Of convolutions. */
  filters: number;
}

/** @param successor the node of the model that stands in the place of the map's; default: the map is the model's */
export function costOf(
  map: ChannelMap,
  model: OnnxModel = map.model,
  successor: ReadonlyMap<NodeProto, NodeProto> = new Map(),
): ModelCost {
  let [macs, filters] = [0, 0];
  for (const { node, kind, positions } of map.layers) {
    const { inputs, op } = successor.get(node) ?? node;
    const { dims } = model.constant(inputs[1])!;
    macs += sizeOf(dims) * positions;
    if (kind !== "dense") filters += op === "ConvTranspose" ? dims[1]! : dims[0]!;
  }
  const norms = model.nodes.filter(({ op }) => op === "BatchNormalization");
  const statistics = new Set(norms.flatMap(({ inputs }) => inputs.slice(3)));
  const parameters = model.graph.initializers
    .filter(({ name, dataType }) => dataType === dataTypes.float32 && !statistics.has(name))
    .reduce((sum, { dims }) => sum + sizeOf(dims), 0);
  return { parameters, macs, filters };
}
