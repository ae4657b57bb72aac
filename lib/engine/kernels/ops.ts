import type { Tensor1D, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import { slopeOf } from "../activation.js";
import { composedActivate, composedActivationGradient } from "../composed-activation.js";
import { composedGroupNorm, composedGroupNormGradient } from "../composed-group-norm.js";
import type { FusedUpdate, Ops, Rate } from "../ops.js";
import type { Variable } from "../variable.js";
import { convolutionOps } from "./convolution.js";
import type { Heap } from "./heap.js";
import type { Kernels } from "./module.js";
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
      const [inverse] = heap.scratch(channels) as [number];
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
    fusedUpdate: (parameters, gradient, update) =>
      applyUpdate(kernels, writable(parameters), at(gradient), parameters.size, update),
  };
}

type Statistics = [Tensor1D, Tensor1D, Tensor1D];

function applyUpdate(
  kernels: Kernels,
  theta: number,
  gradient: number,
  length: number,
  update: FusedUpdate,
): void {
  const { rule, l2 } = update;
  const learningRate = hostNumber(update.learningRate);
  const kept = 1 - hostNumber(update.decay ?? 0);
  if (rule.name === "sgd") {
    kernels.sgd(theta, gradient, length, learningRate, l2, kept);
  } else if (rule.name === "momentum") {
    const velocity = writable(rule.velocity);
    kernels.momentum(theta, gradient, velocity, length, learningRate, l2, kept, rule.momentum);
  } else {
    const { beta1, beta2, epsilon } = rule;
    const [first, second] = rule.corrections.map(hostNumber);
    const rate = learningRate / first!;
    kernels.adam(
      ...[theta, gradient, writable(rule.firstMoment), writable(rule.secondMoment), length],
      ...[rate, l2, kept, beta1, 1 - beta1, beta2, 1 - beta2, second!, epsilon],
    );
  }
}

function writable(variable: Variable): number {
  if (!(variable instanceof HeapVariable)) throw new Error("The variable belongs to another engine.");
  return variable.writable();
}

function hostNumber(rate: Rate): number {
  if (typeof rate !== "number") throw new Error("The wasm engine takes plain numbers.");
  return rate;
}
