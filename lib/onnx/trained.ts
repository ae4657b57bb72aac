import { type LayerGeometry, networkGeometry } from "../models/geometry.js";
import { type NetworkWriter, writeNetwork } from "../models/network-writer.js";
import { batchNormEpsilon } from "../models/normalization.js";
import type { TrainedModel } from "../pruning/model.js";
import { float, integer, integers, nodeOf, text } from "./build.js";
import {
  type AttributeProto,
  encodeModel,
  type ModelProto,
  type NodeProto,
  type TensorProto,
} from "./proto.js";
import { dataTypes, floatTensor, integerTensor, transposed, type Values } from "./tensor.js";

export interface OnnxExportOptions {
  /** What the images were normalized with: (value / 255 - mean) / std, channel by channel. */
  normalization: { mean: readonly number[]; std: readonly number[] };
}

/**
 * A network of this project as an ONNX model, of any kind and normalization: `images` [N, C, H, W], any number of them,
 * normalized as in training, to `logits` [N, classes]. Classes, mean and std are in its metadata. Operator set 17, which
 * runtimes since 2022 have.
 */
export function encodeOnnx(
  trained: TrainedModel,
  { normalization: { mean, std } }: OnnxExportOptions,
): Uint8Array {
  const { model, images, network } = trained;
  const writer = new Writer(trained);
  const maps = writeNetwork(model, images.height, { input: "images", writer });
  writer.classifier(maps);
  const [height, width, channels] = network.input;
  const metadata = { classes: images.classes, mean, std };
  const proto: ModelProto = {
    ...{ irVersion: 8, producer: "filter-sparsity", opsets: [{ domain: "", version: 17 }], functions: [] },
    metadata: Object.entries(metadata).map(([key, value]) => ({ key, value: JSON.stringify(value) })),
    graph: {
      ...{ name: model.name, nodes: writer.nodes, initializers: writer.constants, values: [] },
      inputs: [batchValue("images", [channels, height, width])],
      outputs: [batchValue("logits", [images.classes.length])],
    },
  };
  return encodeModel(proto);
}

const batchValue = (name: string, dims: readonly number[]) => ({
  name,
  type: {
    tensor: {
      elementType: dataTypes.float32,
      shape: {
        dims: [{ parameter: new TextEncoder().encode("N") }, ...dims.map((value) => ({ value }))],
      },
    },
  },
});

class Writer implements NetworkWriter<string> {
  readonly nodes: NodeProto[] = [];
  readonly constants: TensorProto[] = [];
  private readonly layers: LayerGeometry[];
  private readonly byName: Map<string, TrainedModel["network"]["layers"][number]>;

  constructor(private readonly trained: TrainedModel) {
    this.layers = networkGeometry(trained.model, trained.images.height);
    this.byName = new Map(trained.network.layers.map((layer) => [layer.name, layer]));
  }

  classifier(maps: string): void {
    const pooled = this.node("GlobalAveragePool", "pool", [maps]);
    const flat = this.node("Flatten", "flat", [pooled]);
    const dense = this.trained.network.layout.slots.length - 2;
    const weights = transposed(this.parameter(dense));
    const inputs = [
      flat,
      this.constant("FC.weight", weights),
      this.constant("FC.bias", this.parameter(dense + 1)),
    ];
    this.nodes.push(nodeOf("Gemm", "logits", inputs, [integer("transB", 1)]));
  }

  private parameter(index: number): Values {
    const { layout } = this.trained.network;
    const slot = layout.slots[index]!;
    return { dims: slot.shape, data: layout.view(this.trained.weights.parameters, slot) };
  }

  convolution(input: string, { name, kernel }: LayerGeometry, stride: number): string {
    const { model } = this.trained;
    const { weight, gamma, beta } = this.byName.get(name)!;
    const inputs = [input, this.constant(`${name}.weight`, filtersFirst(this.parameter(weight)))];
    if (gamma === undefined) inputs.push(this.constant(`${name}.bias`, this.parameter(beta)));
    const maps = this.node("Conv", name, inputs, [
      integers("kernel_shape", [kernel, kernel]),
      integers("strides", [stride, stride]),
      text("auto_pad", "SAME_UPPER"),
    ]);
    if (gamma === undefined) return maps;
    return model.normalization === "batch"
      ? this.batchNormalized(maps, name)
      : this.groupNormalized(maps, name);
  }

  private batchNormalized(maps: string, name: string): string {
    const { network, weights } = this.trained;
    const { gamma, beta, offset, filters } = this.byName.get(name)!;
    const statistics = [offset, network.channels + offset].map(
      (start): Values => ({ dims: [filters], data: weights.statistics.slice(start, start + filters) }),
    );
    const values = [this.parameter(gamma!), this.parameter(beta), ...statistics];
    const kinds = ["weight", "bias", "running_mean", "running_var"];
    const names = values.map((one, index) => this.constant(`${name}-norm.${kinds[index]}`, one));
    return this.node(
      "BatchNormalization",
      `${name}-norm`,
      [maps, ...names],
      [float("epsilon", batchNormEpsilon)],
    );
  }

  /** Each group of an image's channels is one instance of its own. */
  private groupNormalized(maps: string, name: string): string {
    const { gamma, beta, filters } = this.byName.get(name)!;
    const { pixels } = this.layers.find((layer) => layer.name === name)!;
    const side = Math.sqrt(pixels);
    const groups = this.trained.model.normalization === "layer" ? 1 : this.trained.model.groups;
    const each = (value: number): Values => ({ dims: [groups], data: new Float32Array(groups).fill(value) });
    const grouped = this.node("Reshape", `${name}-groups`, [
      maps,
      this.shape(`${name}-to-groups`, [0, groups, -1]),
    ]);
    const instances = [
      grouped,
      this.constant(`${name}-one`, each(1)),
      this.constant(`${name}-zero`, each(0)),
    ];
    const normalized = this.node("InstanceNormalization", `${name}-instances`, instances, [
      float("epsilon", batchNormEpsilon),
    ]);
    const back = this.shape(`${name}-to-maps`, [0, filters, side, side]);
    const channels = [filters, 1, 1];
    const scale = this.constant(`${name}-norm.weight`, { ...this.parameter(gamma!), dims: channels });
    const shift = this.constant(`${name}-norm.bias`, { ...this.parameter(beta), dims: channels });
    const scaled = this.node("Mul", `${name}-scaled`, [
      this.node("Reshape", `${name}-maps`, [normalized, back]),
      scale,
    ]);
    return this.node("Add", `${name}-norm`, [scaled, shift]);
  }

  pooled(maps: string, layer: string): string {
    const attributes = [integers("kernel_shape", [2, 2]), integers("strides", [2, 2])];
    return this.node("MaxPool", `${layer}-pool`, [maps], attributes);
  }

  sum(maps: string, shortcut: string, layer: string): string {
    return this.node("Add", `${layer}-sum`, [maps, shortcut]);
  }

  activated(maps: string, of: string): string {
    const { activation, negativeSlope } = this.trained.model;
    const name = `${of}-activation`;
    switch (activation) {
      case "relu":
        return this.node("Relu", name, [maps]);
      case "leaky-relu":
        return this.node("LeakyRelu", name, [maps], [float("alpha", negativeSlope)]);
      case "elu":
        return this.node("Elu", name, [maps]);
      case "silu":
        return this.node("Mul", name, [maps, this.node("Sigmoid", `${of}-sigmoid`, [maps])]);
      case "gelu":
        return this.gelu(maps, of);
    }
  }

  /** x (1 + erf(x / sqrt 2)) / 2: an operator of its own only from version 20 on. */
  private gelu(maps: string, of: string): string {
    const number = (name: string, value: number) =>
      this.constant(`${of}-${name}`, { dims: [1], data: new Float32Array([value]) });
    const inner = this.node("Mul", `${of}-inner`, [maps, number("inner-factor", Math.SQRT1_2)]);
    const erf = this.node("Erf", `${of}-erf`, [inner]);
    const raised = this.node("Add", `${of}-raised`, [erf, number("one-more", 1)]);
    const product = this.node("Mul", `${of}-product`, [maps, raised]);
    return this.node("Mul", `${of}-activation`, [product, number("half", 0.5)]);
  }

  private shape(name: string, values: readonly number[]): string {
    this.constants.push(integerTensor(name, values));
    return name;
  }

  private constant(name: string, values: Values): string {
    this.constants.push(floatTensor(name, values));
    return name;
  }

  private node(op: string, name: string, inputs: string[], attributes: AttributeProto[] = []): string {
    this.nodes.push(nodeOf(op, name, inputs, attributes));
    return name;
  }
}

/** [kernel, kernel, inputs, filters] as [filters, inputs, kernel, kernel]. */
function filtersFirst({ dims, data }: Values): Values {
  const [height, width, inputs, filters] = dims as [number, number, number, number];
  const area = height * width;
  const turned = new Float32Array(data.length);
  for (let place = 0; place < area; place++) {
    for (let input = 0; input < inputs; input++) {
      for (let filter = 0; filter < filters; filter++)
        turned[(filter * inputs + input) * area + place] = data[(place * inputs + input) * filters + filter]!;
    }
  }
  return { dims: [filters, inputs, height, width], data: turned };
}
