import * as tf from "@tensorflow/tfjs";
import { UserError } from "../errors.js";
import { type LayerGeometry, networkGeometry } from "../models/geometry.js";
import { batchNormEpsilon } from "../models/normalization.js";
import { basicNetPools, convolutionsPerBlock, vggPoolsAt } from "../models/widths.js";
import type { TrainedModel } from "./model.js";

type Symbolic = tf.SymbolicTensor;

/**
 * The model in tfjs' own layers, to be saved and loaded by plain tfjs: images [N, H, W, C], normalized as in training,
 * to logits [N, classes]. Layers are named after the network's. The caller disposes it. Throws `UserError` for
 * normalization that tfjs' layers lack.
 */
export function layersModel(trained: TrainedModel): tf.LayersModel {
  const { model, images, network } = trained;
  if (model.normalization !== "batch" && model.normalization !== "none")
    throw new UserError(
      `tfjs' layers have no ${model.normalization} normalization of images. Expected batch normalization or none.`,
    );
  const writer = new Writer(trained);
  const input = tf.input({ shape: network.input, name: "images" });
  const maps = model.name === "resnet" ? writer.residual(input) : writer.plain(input);
  const pooled = tf.layers.globalAveragePooling2d({ name: "pool", dataFormat: "channelsLast" }).apply(maps);
  const logits = tf.layers.dense({ units: images.classes.length, name: "FC" }).apply(pooled) as Symbolic;
  const layers = tf.model({ inputs: input, outputs: logits, name: model.name });
  writer.fill(layers);
  return layers;
}

class Writer {
  private readonly layers: LayerGeometry[];

  constructor(private readonly trained: TrainedModel) {
    this.layers = networkGeometry(trained.model, trained.images.height);
  }

  plain(input: Symbolic): Symbolic {
    const { model, images } = this.trained;
    const count = model.widths.length;
    const pools = model.name === "vgg" ? vggPoolsAt(count, images.height) : basicNetPools(count);
    return this.layers.reduce((maps, layer, index) => {
      const active = this.activated(this.convolution(maps, layer), layer.name);
      return pools[index] ? apply(tf.layers.maxPooling2d({ poolSize: 2 }), active) : active;
    }, input);
  }

  residual(input: Symbolic): Symbolic {
    const [stem, ...rest] = this.layers;
    const perBlock = convolutionsPerBlock[this.trained.model.block];
    let maps = this.activated(this.convolution(input, stem!), stem!.name);
    let pixels = stem!.pixels;
    while (rest.length > 0) {
      const before = maps;
      const pixelsBefore = pixels;
      const convolutions = rest.splice(0, perBlock);
      for (const [index, layer] of convolutions.entries()) {
        maps = this.convolution(maps, layer, layer.pixels < pixels ? 2 : 1);
        pixels = layer.pixels;
        if (index < perBlock - 1) maps = this.activated(maps, layer.name);
      }
      const projection = rest[0]?.listed === false ? rest.shift() : undefined;
      const stride = pixels < pixelsBefore ? 2 : 1;
      const shortcut = projection ? this.convolution(before, projection, stride) : before;
      const { name } = convolutions.at(-1)!;
      maps = this.activated(apply(tf.layers.add({ name: `${name}-sum` }), [maps, shortcut]), name);
    }
    return maps;
  }

  /** Sets all weights from the network's. */
  fill(layers: tf.LayersModel): void {
    const { network, weights } = this.trained;
    const tensorOf = (index: number) => {
      const slot = network.layout.slots[index]!;
      return tf.tensor(network.layout.view(weights.parameters, slot), slot.shape);
    };
    tf.tidy(() => {
      for (const { name, weight, gamma, beta, offset, filters } of network.layers) {
        const values = [tensorOf(weight), ...(gamma === undefined ? [tensorOf(beta)] : [])];
        layers.getLayer(name).setWeights(values);
        if (gamma === undefined) continue;
        const statistics = [offset, network.channels + offset].map((start) =>
          tf.tensor1d(weights.statistics.subarray(start, start + filters)),
        );
        layers.getLayer(normalizationName(name)).setWeights([tensorOf(gamma), tensorOf(beta), ...statistics]);
      }
      const dense = network.layout.slots.length - 2;
      layers.getLayer("FC").setWeights([tensorOf(dense), tensorOf(dense + 1)]);
    });
  }

  private convolution(input: Symbolic, { name, filters, kernel }: LayerGeometry, strides = 1): Symbolic {
    const fused = this.trained.model.normalization === "none";
    const options = { name, filters, kernelSize: kernel, strides, padding: "same" as const, useBias: fused };
    const maps = apply(tf.layers.conv2d({ ...options, kernelInitializer: "zeros" }), input);
    if (fused) return maps;
    const normalization = { name: normalizationName(name), epsilon: batchNormEpsilon };
    return apply(tf.layers.batchNormalization(normalization), maps);
  }

  private activated(maps: Symbolic, of: string): Symbolic {
    const { activation, negativeSlope } = this.trained.model;
    const name = `${of}-activation`;
    if (activation === "leaky-relu") return apply(tf.layers.leakyReLU({ name, alpha: negativeSlope }), maps);
    const theirs = activation === "silu" ? "swish" : activation;
    return apply(tf.layers.activation({ name, activation: theirs }), maps);
  }
}

const normalizationName = (convolution: string) => `${convolution}-normalization`;

const apply = (layer: tf.layers.Layer, input: Symbolic | Symbolic[]): Symbolic =>
  layer.apply(input) as Symbolic;
