import * as tf from "@tensorflow/tfjs";
import { UserError } from "../errors.js";
import { basicNetPools, vggPoolsAt } from "../models/widths.js";
import type { Work } from "./work.js";

type Layer = tf.layers.Layer;

/**
 * The work's network in tfjs' layers, with the work's constants. Throws `UserError` for what layers lack or what is
 * not written here.
 */
export function layersModel(work: Work, classes: number): tf.LayersModel {
  const { model, penalty, size } = work;
  if (penalty.kind !== "l2" && penalty.lambda > 0)
    throw new UserError("tfjs layers have no decoupled weight decay.");
  // Its gradient is 2 * l2 * theta.
  const regularizer = () => tf.regularizers.l2({ l2: penalty.lambda / 2 });
  const biased = model.normalization === "none";
  const normalization = (): Layer[] => {
    if (biased) return [];
    if (model.normalization !== "batch")
      throw new UserError(`tfjs layers have no ${model.normalization} normalization of images.`);
    const regularizers = { gammaRegularizer: regularizer(), betaRegularizer: regularizer() };
    return [tf.layers.batchNormalization({ epsilon: 1e-5, momentum: 0.9, ...regularizers })];
  };
  const pools = poolsOf(work);
  const layers = model.widths.flatMap((filters, index) => [
    tf.layers.conv2d({
      filters,
      kernelSize: 3,
      padding: "same",
      useBias: biased,
      kernelInitializer: tf.initializers.heNormal({ seed: index + 1 }),
      kernelRegularizer: regularizer(),
      ...(biased && { biasRegularizer: regularizer() }),
      ...(index === 0 && { inputShape: [size, size, 3] }),
    }),
    ...normalization(),
    activationOf(model),
    ...(pools[index] ? [tf.layers.maxPooling2d({ poolSize: 2 })] : []),
  ]);
  return tf.sequential({
    layers: [
      ...layers,
      tf.layers.globalAveragePooling2d({ dataFormat: "channelsLast" }),
      tf.layers.dense({
        units: classes,
        activation: "softmax",
        kernelRegularizer: regularizer(),
        biasRegularizer: regularizer(),
      }),
    ],
  });
}

function activationOf({ activation, negativeSlope }: Work["model"]): Layer {
  switch (activation) {
    case "relu":
      return tf.layers.reLU();
    case "leaky-relu":
      return tf.layers.leakyReLU({ alpha: negativeSlope });
    default:
      throw new UserError(`no network with ${activation} is written in tfjs layers here.`);
  }
}

/** Whether a pooling follows each convolution. */
function poolsOf({ model: { name, widths }, size }: Work): boolean[] {
  switch (name) {
    case "basicnet":
      return basicNetPools(widths.length);
    case "vgg":
      return vggPoolsAt(widths.length, size);
    default:
      throw new UserError(`no ${name} is written in tfjs layers here.`);
  }
}

/** tfjs' optimizer with the work's constants. */
export function layersOptimizer(optimizer: Work["optimizer"]): tf.Optimizer {
  const { name, learningRate } = optimizer;
  switch (name) {
    case "sgd":
      return optimizer.momentum > 0
        ? tf.train.momentum(learningRate, optimizer.momentum, optimizer.nesterov)
        : tf.train.sgd(learningRate);
    case "adam":
      return tf.train.adam(learningRate, optimizer.beta1, optimizer.beta2, optimizer.epsilon);
    case "adagrad":
      return tf.train.adagrad(learningRate);
    case "adadelta":
      return tf.train.adadelta(learningRate, optimizer.rho, optimizer.epsilon);
    case "rmsprop":
      return tf.train.rmsprop(learningRate, optimizer.decay, optimizer.momentum, optimizer.epsilon);
    default:
      throw new UserError(`tfjs has no optimizer ${name}.`);
  }
}
