import type { ChannelMap, Reader } from "./channels.js";
import { attribute, intAttribute, OnnxModel } from "./model.js";
import type { Extremes } from "./observe.js";
import { elementwise } from "./pointwise.js";
import type { GraphProto, NodeProto, TensorProto } from "./proto.js";
import type { Choice } from "./select.js";
import { floatTensor, integerTensor, sizeOf, take, takeInGroups, transposed, type Values } from "./tensor.js";

export interface CutModel {
  model: OnnxModel;
  /** The node that stands in the place of one of the model before. */
  successor: ReadonlyMap<NodeProto, NodeProto>;
}

/**
 * A model without some channels. What they hold where they are read, taken as the middle of its range, is added to the
 * reader's bias, or handed to a channel that stays where zero padding shows. The model that is given is left as it is.
 */
export function cutModel(
  map: ChannelMap,
  extremes: ReadonlyMap<string, Extremes>,
  choice: Pick<Choice, "removed" | "carriers">,
): CutModel {
  const cutter = new Cutter(map, extremes, choice);
  const { proto, graph } = map.model;
  const nodes = graph.nodes.map((node) => cutter.cut(node));
  const own: GraphProto = {
    ...graph,
    nodes: nodes.flat(),
    initializers: [...graph.initializers, ...cutter.added],
    // Shapes of before, which the runtime infers anew.
    values: [],
  };
  const read = new Set([...own.nodes.flatMap(({ inputs }) => inputs), ...map.model.outputs]);
  own.initializers = own.initializers.filter(({ name }) => read.has(name));
  return {
    model: new OnnxModel({ ...proto, graph: own }),
    successor: new Map(graph.nodes.map((node, index) => [node, nodes[index]![0]!])),
  };
}

/** Extremes with which what a filter emits is dropped, as is usual, instead of being given to what reads it. */
export const dropped = (extremes: ReadonlyMap<string, Extremes>): Map<string, Extremes> =>
  new Map(
    [...extremes].map(([tensor, { min, max }]) => [
      tensor,
      { min: new Float32Array(min.length), max: new Float32Array(max.length) },
    ]),
  );

class Cutter {
  readonly added: TensorProto[] = [];
  private readonly readers: Map<NodeProto, Reader>;
  private readonly removed: ReadonlySet<number>;

  constructor(
    private readonly map: ChannelMap,
    private readonly extremes: ReadonlyMap<string, Extremes>,
    private readonly choice: Pick<Choice, "removed" | "carriers">,
  ) {
    this.removed = choice.removed;
    this.readers = new Map(map.readers.map((reader) => [reader.node, reader]));
  }

  /** The nodes that stand in a node's place. */
  cut(node: NodeProto): NodeProto[] {
    const { op } = node;
    if (op === "Conv" || op === "ConvTranspose") return [this.convolution(node)];
    if (op === "Gemm") return [this.gemm(node)];
    if (op === "MatMul") return this.matMul(node);
    if (op === "BatchNormalization" || op === "InstanceNormalization") return [this.alongInput(node)];
    if (elementwise.includes(op)) return [this.broadcast(node)];
    if (op === "Reshape") return [this.target(node, 1)];
    if (op === "Resize" && node.inputs[3]) return [this.target(node, 3)];
    return [node];
  }

  /** Indices of a tensor's channels that stay; undefined where all do. */
  private kept(tensor: string | undefined): number[] | undefined {
    const carried = tensor === undefined ? undefined : this.map.carried.get(tensor);
    if (!carried) return undefined;
    const kept = carried.classes.flatMap((id, index) => (this.removed.has(this.map.find(id)) ? [] : [index]));
    return kept.length < carried.classes.length ? kept : undefined;
  }

  private convolution(node: NodeProto): NodeProto {
    const { inputs, outputs, op } = node;
    const weights = this.map.model.floats(inputs[1]);
    const [into, from] = [this.kept(inputs[0]), this.kept(outputs[0])];
    if (!weights || (!into && !from)) return node;
    const groups = intAttribute(node, "group", 1);
    const transposed = op === "ConvTranspose";
    const filters = transposed ? weights.dims[1]! : weights.dims[0]!;
    const reader = this.readers.get(node);
    // A depthwise convolution is no reader: what goes in it goes with its output.
    const perGroup = reader && into && groups > 1 ? this.withinGroups(into, groups, reader) : into;
    const handed = reader && !transposed ? this.withConstants(weights, reader) : { weights, bias: undefined };
    const [outer, inner] = transposed ? [perGroup, from] : [from, reader ? perGroup : undefined];
    let data = handed.weights;
    if (reader && groups > 1 && perGroup) data = takeInGroups(data, perGroup, groups);
    else if (inner) data = take(data, 1, inner);
    if (outer) data = take(data, 0, outer);
    const bias = this.bias(inputs[2], handed.bias, filters, from);
    const attributes =
      !reader && groups > 1
        ? node.attributes.map((one) => (one.name === "group" ? { ...one, int: into?.length ?? groups } : one))
        : node.attributes;
    const named = [
      inputs[0]!,
      this.add(inputs[1]!, data),
      ...(bias ? [this.add(`${inputs[1]}-bias`, bias)] : []),
    ];
    return { ...node, inputs: named, attributes };
  }

  /** Of each group's channels those that stay, as many in each; indices in all of them. */
  private withinGroups(into: readonly number[], groups: number, { classes }: Reader): number[] {
    const each = classes.length / groups;
    return into.map((index) => index % each);
  }

  private gemm(node: NodeProto): NodeProto {
    const { inputs, outputs } = node;
    const weights = this.map.model.floats(inputs[1]);
    const [into, from] = [this.kept(inputs[0]), this.kept(outputs[0])];
    if (!weights || (!into && !from)) return node;
    const outputsFirst = intAttribute(node, "transB", 0) === 1;
    const whole = outputsFirst ? weights : transposed(weights);
    const reader = this.readers.get(node);
    const moved = reader && this.withConstants(whole, reader).bias;
    let data = whole;
    if (into) data = take(data, 1, into);
    if (from) data = take(data, 0, from);
    const factor = (attribute(node, "alpha")?.float ?? 1) / (attribute(node, "beta")?.float ?? 1);
    const scaled = moved?.map((value) => value * factor);
    const bias = this.bias(inputs[2], scaled, whole.dims[0]!, from);
    const named = [inputs[0]!, this.add(inputs[1]!, outputsFirst ? data : transposed(data))];
    return { ...node, inputs: [...named, ...(bias ? [this.add(`${inputs[1]}-bias`, bias)] : [])] };
  }

  /** A product has no bias of its own: what is moved to it is added behind it. */
  private matMul(node: NodeProto): NodeProto[] {
    const { inputs, outputs } = node;
    const weights = this.map.model.floats(inputs[1]);
    const [into, from] = [this.kept(inputs[0]), this.kept(outputs[0])];
    if (weights?.dims.length !== 2 || (!into && !from)) return [node];
    const reader = this.readers.get(node);
    const moved = reader && this.withConstants(transposed(weights), reader).bias;
    let data = weights;
    if (into) data = take(data, 0, into);
    if (from) data = take(data, 1, from);
    const cut = { ...node, inputs: [inputs[0]!, this.add(inputs[1]!, data)] };
    if (!moved?.some((value) => value !== 0)) return [cut];
    const bias = this.bias(undefined, moved, moved.length, from)!;
    const before = `${outputs[0]}-before-bias`;
    const sum = { ...node, op: "Add", name: `${node.name}-bias`, attributes: [], outputs: [...outputs] };
    return [
      { ...cut, outputs: [before] },
      { ...sum, inputs: [before, this.add(`${inputs[1]}-bias`, bias)] },
    ];
  }

  /** A bias, with what is moved to it, of the outputs that stay; undefined where there is none. */
  private bias(
    name: string | undefined,
    moved: Float64Array | undefined,
    outputs: number,
    from: readonly number[] | undefined,
  ): Values | undefined {
    const own = name ? this.map.model.floats(name) : undefined;
    if (!own && !moved?.some((value) => value !== 0)) return undefined;
    const data = new Float32Array(outputs);
    for (let at = 0; at < outputs; at++) {
      // A bias of one value is every output's.
      const before = own ? own.data[own.data.length === 1 ? 0 : at]! : 0;
      data[at] = before + (moved?.[at] ?? 0);
    }
    const whole = { dims: [outputs], data };
    return from ? take(whole, 0, from) : whole;
  }

  /**
   * What the removed channels give each output, moved to its bias; where zero padding shows, to the weights of a removed
   * constant's stand-in instead, the channel among those that stay whose constant is largest.
   *
   * @param weights [outputs, inputs of a group, ...]
   */
  private withConstants(
    weights: Values,
    { tensor, classes, groups, constants }: Reader,
  ): { weights: Values; bias: Float64Array | undefined } {
    const { min, max } = this.extremes.get(tensor)!;
    const value = (channel: number) => (min[channel]! + max[channel]!) / 2;
    const removed = classes.flatMap((id, channel) => (this.removed.has(this.map.find(id)) ? [channel] : []));
    if (removed.length === 0 || constants === "nowhere") return { weights, bias: undefined };
    const [outputs, perGroup] = weights.dims as [number, number];
    const kernel = sizeOf(weights.dims.slice(2));
    const at = (output: number, channel: number) => (output * perGroup + (channel % perGroup)) * kernel;
    const isRead = (output: number, channel: number) =>
      Math.floor(channel / perGroup) === Math.floor((output * groups) / outputs);
    if (constants === "inside") {
      const carrier = this.carrier(classes, value);
      if (carrier === undefined) return { weights, bias: undefined };
      const data = weights.data.slice();
      for (let output = 0; output < outputs; output++) {
        for (const channel of removed) {
          const share = value(channel) / value(carrier);
          for (let place = 0; place < kernel; place++)
            data[at(output, carrier) + place]! += share * weights.data[at(output, channel) + place]!;
        }
      }
      return { weights: { ...weights, data }, bias: undefined };
    }
    const bias = new Float64Array(outputs);
    for (let output = 0; output < outputs; output++) {
      for (const channel of removed) {
        if (!isRead(output, channel)) continue;
        let sum = 0;
        for (let place = 0; place < kernel; place++) sum += weights.data[at(output, channel) + place]!;
        bias[output]! += value(channel) * sum;
      }
    }
    return { weights, bias };
  }

  /** The channel that stays to carry constants and holds the largest; undefined where none does. */
  private carrier(classes: readonly number[], value: (channel: number) => number): number | undefined {
    const carriers = classes.flatMap((id, channel) =>
      this.choice.carriers.has(this.map.find(id)) && value(channel) !== 0 ? [channel] : [],
    );
    if (carriers.length === 0) return undefined;
    return carriers.reduce((a, b) => (Math.abs(value(b)) > Math.abs(value(a)) ? b : a));
  }

  /** A node whose further inputs have a value for each channel. */
  private alongInput(node: NodeProto): NodeProto {
    const kept = this.kept(node.inputs[0]);
    if (!kept) return node;
    const [first, ...others] = node.inputs as [string, ...string[]];
    const named = others.map((name) => this.add(name, take(this.map.model.floats(name)!, 0, kept)));
    return { ...node, inputs: [first, ...named] };
  }

  private broadcast(node: NodeProto): NodeProto {
    const [output] = node.outputs as [string];
    const kept = this.kept(output);
    if (!kept) return node;
    const rank = this.map.shape(output)!.length;
    const { axis } = this.map.carried.get(output)!;
    const inputs = node.inputs.map((name) => {
      const values = this.map.model.floats(name);
      const own = values && axis - (rank - values.dims.length);
      return own !== undefined && own >= 0 && values!.dims[own]! > 1
        ? this.add(name, take(values!, own, kept))
        : name;
    });
    return { ...node, inputs };
  }

  /** A node that is told the shape of its output. */
  private target(node: NodeProto, input: number): NodeProto {
    const [output] = node.outputs as [string];
    const kept = this.kept(output);
    const values = this.map.model.integers(node.inputs[input]);
    if (!kept || !values) return node;
    const { axis } = this.map.carried.get(output)!;
    if (!(values[axis]! > 0)) return node;
    const own = values.map((length, at) => (at === axis ? kept.length : length));
    const name = this.unusedName(node.inputs[input]!);
    this.added.push(integerTensor(name, own));
    return { ...node, inputs: node.inputs.map((one, at) => (at === input ? name : one)) };
  }

  /** A constant of this node alone. Returns its name. */
  private add(like: string, values: Values): string {
    const name = this.unusedName(like);
    this.added.push(floatTensor(name, values));
    return name;
  }

  private unusedName(like: string): string {
    const taken = new Set(this.added.map(({ name }) => name));
    let name = `${like}-cut`;
    for (let next = 2; taken.has(name); next++) name = `${like}-cut${next}`;
    return name;
  }
}
