import type { Tensor1D, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import { slopeOf } from "../activation.js";
import { composedActivate, composedActivationGradient } from "../composed-activation.js";
import { composedGroupNorm, composedGroupNormGradient } from "../composed-group-norm.js";
import type { Ops } from "../ops.js";
import { convolutionOps } from "./convolution.js";
import type { Heap } from "./heap.js";
import type { Kernels } from "./module.js";
import { kernelUpdate } from "./update.js";
import { HeapVariable } from "./variable.js";

/** Every operation by kernels of our own on tensors of tfjs' wasm backend. */
export function kernelOps(kernels: Kernels, heap: Heap): Ops {
  const at = heap.at.bind(heap);
  return {
    ...convolutionOps(kernels, heap),
    batchNorm(x, gamma, beta, { epsilon, slope }) {
      const channels = x.shape[3];
      const output = heap.output<Tensor4D>(x.shape);
      const [mean, variance, inverse] = [1, 2, 3].map(() => heap.output<Tensor1D>([channels])) as Statistics;
      kernels.batchNorm(
        ...[at(x), at(gamma), at(beta), at(output), at(mean), at(variance), at(inverse)],
        ...[x.size / channels, channels, epsilon, slope],
      );
      return { output, mean, variance, saved: [inverse, beta] };
    },
    batchNormGradient(dy, x, gamma, { mean, saved }, { slope }) {
      const [inverse, beta] = saved as readonly [Tensor1D, Tensor1D];
      const channels = x.shape[3];
      const gradient = {
        input: heap.output<Tensor4D>(x.shape),
        gamma: heap.output<Tensor1D>([channels]),
        beta: heap.output<Tensor1D>([channels]),
      };
      kernels.batchNormGradient(
        ...[at(dy), at(x), at(gamma), at(beta), at(mean), at(inverse)],
        ...[at(gradient.input), at(gradient.gamma), at(gradient.beta), x.size / channels, channels, slope],
      );
      return gradient;
    },
    batchNormInference(x, gamma, beta, mean, variance, { epsilon, slope }) {
      const channels = x.shape[3];
      const output = heap.output<Tensor4D>(x.shape);
      const [inverse] = heap.scratch(channels);
      kernels.batchNormInference(
        ...[at(x), at(gamma), at(beta), at(output), at(mean), at(variance), inverse],
        ...[x.size / channels, channels, epsilon, slope],
      );
      return output;
    },
    groupNorm: composedGroupNorm,
    groupNormGradient: composedGroupNormGradient,
    addBias(x, bias, { slope }) {
      const channels = x.shape[3];
      const y = heap.output<Tensor4D>(x.shape);
      kernels.addBias(at(x), at(bias), at(y), x.size / channels, channels, slope);
      return y;
    },
    addBiasGradient(dy, y, { slope }) {
      const channels = y.shape[3];
      const gradient = { input: heap.output<Tensor4D>(y.shape), bias: heap.output<Tensor1D>([channels]) };
      kernels.addBiasGradient(
        ...[at(dy), at(y), at(gradient.input), at(gradient.bias), y.size / channels, channels, slope],
      );
      return gradient;
    },
    activate(x, activation) {
      const slope = slopeOf(activation);
      if (slope === undefined) return composedActivate(x, activation);
      const y = heap.output<Tensor4D>(x.shape);
      kernels.rectified(at(x), at(y), x.size, slope);
      return y;
    },
    activationGradient(dy, x, y, activation) {
      const slope = slopeOf(activation);
      if (slope === undefined) return composedActivationGradient(dy, x, y, activation);
      const dx = heap.output<Tensor4D>(y.shape);
      kernels.rectifiedGradient(at(dy), at(y), at(dx), y.size, slope);
      return dx;
    },
    maxPool(x) {
      const [images, height, width, channels] = x.shape;
      const y = heap.output<Tensor4D>([images, Math.floor(height / 2), Math.floor(width / 2), channels]);
      kernels.maxPool(at(x), at(y), ...x.shape);
      return y;
    },
    maxPoolGradient(dy, x, y) {
      const dx = heap.output<Tensor4D>(x.shape);
      kernels.maxPoolGradient(at(dy), at(x), at(y), at(dx), ...x.shape);
      return dx;
    },
    softmaxCrossEntropyGradient(logits, labels) {
      const gradient = heap.output<Tensor2D>(logits.shape);
      kernels.softmaxCrossEntropyGradient(at(logits), at(labels), at(gradient), ...logits.shape);
      return gradient;
    },
    variable: (initial) => new HeapVariable(heap, initial),
    ...kernelUpdate(heap, at),
  };
}

type Statistics = [Tensor1D, Tensor1D, Tensor1D];
