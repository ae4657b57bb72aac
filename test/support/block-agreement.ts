import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it, type TestAPI } from "vitest";
import { type Engine, type EngineName, openEngine } from "../../lib/engine/index.js";
import { type FixtureTensor, loadFixture, relativeDifference } from "./fixtures.js";

/** Kernels alone are this close to float64; a wrong formula, padding or tie rule is far outside. */
const tolerance = 1e-5;

/** Holds every kernel of one engine against PyTorch (float64) on odd shapes. `test` may be one that skips. */
export function describeBlockAgreement(name: EngineName, test: TestAPI = it): void {
  describe(`${name} kernels agree with PyTorch`, () => {
    const blocks = loadFixture("blocks");
    let engine: Engine;
    if (test === it) {
      beforeAll(async () => {
        engine = await openEngine({ name });
      });
    }

    for (const { x, filter, y, dy, dx, dfilter, stride } of blocks.convolution) {
      test(`convolution of [${x.shape}] with [${filter.shape}], stride ${stride}`, () => {
        const { ops } = engine;
        agree(ops.conv2d(toTensor4D(x), toTensor4D(filter), stride), y);
        agree(ops.conv2dInputGradient(toTensor4D(dy), toTensor4D(filter), x.shape, stride), dx);
        agree(ops.conv2dFilterGradient(toTensor4D(x), toTensor4D(dy), filter.shape, stride), dfilter);
      });
    }

    for (const block of blocks.batchNorm) {
      test(`batch normalization and ${block.activation} of [${block.x.shape}]`, () => {
        const { ops } = engine;
        const options = { epsilon: block.epsilon, slope: { relu: 0, none: 1 }[block.activation] };
        const x = toTensor4D(block.x);
        const gamma = tf.tensor1d(block.gamma.data);
        const beta = tf.tensor1d(block.beta.data);
        const forward = ops.batchNorm(x, gamma, beta, options);
        agree(forward.output, block.y);
        agree(forward.mean, block.mean);
        agree(forward.variance, block.variance);
        const gradient = ops.batchNormGradient(toTensor4D(block.dy), x, gamma, forward, options);
        agree(gradient.input, block.dx);
        agree(gradient.gamma, block.dgamma);
        agree(gradient.beta, block.dbeta);
        const mean = tf.tensor1d(block.givenMean.data);
        const variance = tf.tensor1d(block.givenVariance.data);
        agree(ops.batchNormInference(x, gamma, beta, mean, variance, options), block.inference);
      });
    }

    for (const { x, y, dy, dx, ties } of blocks.maxPool) {
      test(`max-pool of [${x.shape}]${ties ? " with ties" : ""}`, () => {
        const input = toTensor4D(x);
        const output = engine.ops.maxPool(input);
        agree(output, y);
        agree(engine.ops.maxPoolGradient(toTensor4D(dy), input, output), dx);
      });
    }

    for (const { logits, labels, dlogits } of blocks.softmaxCrossEntropy) {
      test(`softmax cross-entropy gradient of [${logits.shape}]`, () => {
        const tensor = tf.tensor2d(logits.data, logits.shape);
        agree(engine.ops.softmaxCrossEntropyGradient(tensor, tf.tensor1d(labels, "int32")), dlogits);
      });
    }
  });
}

const toTensor4D = ({ data, shape }: FixtureTensor<[number, number, number, number]>) =>
  tf.tensor4d(data, shape);

function agree(actual: Tensor, expected: FixtureTensor): void {
  expect(actual.shape).toEqual(expected.shape);
  expect(relativeDifference(actual.dataSync(), expected.data)).toBeLessThan(tolerance);
}
