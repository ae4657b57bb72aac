import * as tf from "@tensorflow/tfjs";
import { UserError } from "../errors.js";
import type { LayerGeometry } from "../models/geometry.js";
import { type NetworkWriter, writeNetwork } from "../models/network-writer.js";
import { batchNormEpsilon } from "../models/normalization.js";
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
  const maps = writeNetwork(model, images.height, { input, writer });
  const pooled = tf.layers.globalAveragePooling2d({ name: "pool", dataFormat: "channelsLast" }).apply(maps);
  const logits = tf.layers.dense({ units: images.classes.length, name: "FC" }).apply(pooled) as Symbolic;
  const layers = tf.model({ inputs: input, outputs: logits, name: model.name });
  writer.fill(layers);
  return layers;
}

class Writer implements NetworkWriter<Symbolic> {
  constructor(private readonly trained: TrainedModel) {}

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

  convolution(input: Symbolic, { name, filters, kernel }: LayerGeometry, strides: number): Symbolic {
    const fused = this.trained.model.normalization === "none";
    const options = { name, filters, kernelSize: kernel, strides, padding: "same" as const, useBias: fused };
    const maps = apply(tf.layers.conv2d({ ...options, kernelInitializer: "zeros" }), input);
    if (fused) return maps;
    const normalization = { name: normalizationName(name), epsilon: batchNormEpsilon };
    return apply(tf.layers.batchNormalization(normalization), maps);
  }

  pooled(maps: Symbolic): Symbolic {
    return apply(tf.layers.maxPooling2d({ poolSize: 2 }), maps);
  }

  sum(maps: Symbolic, shortcut: Symbolic, layer: string): Symbolic {
    return apply(tf.layers.add({ name: `${layer}-sum` }), [maps, shortcut]);
  }

  activated(maps: Symbolic, of: string): Symbolic {
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
