import type { Tensor, Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import { type ConvolutionForm, convolutionForm } from "./convolution-form.js";
import { memoize } from "./memoize.js";
import type { Ops, Shape4D } from "./ops.js";
import type { Attribute, TensorflowBackend } from "./tensorflow-backend.js";

/** How the kernels compute a convolution; `direct` is pixel by pixel. */
type KernelForm = ConvolutionForm | "direct";

/**
 * The operations of lib/engine/native/kernels, for what they are faster at than TensorFlow's own on a CPU; `otherwise`
 * for the rest. They have to be registered in this process.
 *
 * Convolutions: those that `convolutionForm` names, and of 1 or 3 channels (a network's first layer) where filters are
 * a multiple of 8. Batch normalization and pooling: from 4 channels on.
 */
export function kernelOps(backend: TensorflowBackend, otherwise: Ops): Ops {
  const { binding } = backend;
  const name = (operation: string) => `FilterSparsity${operation}`;
  const run = (operation: string, attributes: Attribute[], inputs: Tensor[]) =>
    backend.executeSingleOutput(name(operation), attributes, inputs) as Tensor4D;
  const runMany = (operation: string, attributes: Attribute[], inputs: Tensor[], count: number) =>
    backend.executeMultipleOutputs(name(operation), attributes, inputs, count);

  const formOf = memoize((form: KernelForm): Attribute[] => [
    { name: "form", type: binding.TF_ATTR_STRING, value: form },
  ]);
  const constantsOf = memoize((key: string): Attribute[] => {
    const [epsilon, slope] = key.split("/").map(Number);
    return [
      { name: "epsilon", type: binding.TF_ATTR_FLOAT, value: epsilon },
      { name: "slope", type: binding.TF_ATTR_FLOAT, value: slope },
    ];
  });
  const constants = ({ epsilon, slope }: { epsilon: number; slope: number }) =>
    constantsOf(`${epsilon}/${slope}`);

  return {
    ...otherwise,
    conv2d(x, filter, stride) {
      const form = kernelForm(x.shape, filter.shape, stride);
      return form === undefined
        ? otherwise.conv2d(x, filter, stride)
        : run("Conv2D", formOf(form), [x, filter]);
    },
    conv2dInputGradient(dy, filter, inputShape, stride) {
      const form = kernelForm(inputShape, filter.shape, stride);
      return form === undefined || form === "direct"
        ? otherwise.conv2dInputGradient(dy, filter, inputShape, stride)
        : run("Conv2DInputGradient", formOf(form), [dy, filter]);
    },
    conv2dFilterGradient(x, dy, filterShape, stride) {
      const form = kernelForm(x.shape, filterShape, stride);
      return form === undefined
        ? otherwise.conv2dFilterGradient(x, dy, filterShape, stride)
        : run("Conv2DFilterGradient", formOf(form), [x, dy]);
    },
    batchNorm(x, gamma, beta, options) {
      if (!hasEnoughChannels(x)) return otherwise.batchNorm(x, gamma, beta, options);
      const outputs = runMany("BatchNorm", constants(options), [x, gamma, beta], 4);
      const [output, mean, variance, saved] = outputs as [Tensor4D, Tensor1D, Tensor1D, Tensor1D];
      return { output, mean, variance, saved: [saved] };
    },
    batchNormGradient(dy, x, gamma, forward, options) {
      if (!hasEnoughChannels(x)) return otherwise.batchNormGradient(dy, x, gamma, forward, options);
      const inputs = [dy, x, ...forward.saved];
      const outputs = runMany("BatchNormGradient", constants(options), inputs, 3);
      const [input, dGamma, dBeta] = outputs as [Tensor4D, Tensor1D, Tensor1D];
      return { input, gamma: dGamma, beta: dBeta };
    },
    batchNormInference(x, gamma, beta, mean, variance, options) {
      if (!hasEnoughChannels(x)) return otherwise.batchNormInference(x, gamma, beta, mean, variance, options);
      return run("BatchNormInference", constants(options), [x, gamma, beta, mean, variance]);
    },
    maxPool: (x) => (hasEnoughChannels(x) ? run("MaxPool", [], [x]) : otherwise.maxPool(x)),
    maxPoolGradient: (dy, x, y) =>
      hasEnoughChannels(x) ? run("MaxPoolGradient", [], [x, y, dy]) : otherwise.maxPoolGradient(dy, x, y),
  };
}

function kernelForm(x: Shape4D, filter: Shape4D, stride: number): KernelForm | undefined {
  const [images, height, width, channels] = x;
  if (images === 0) return undefined;
  const [filterHeight, filterWidth, , filters] = filter;
  const isFirstLayer = (channels === 1 || channels === 3) && filters % 8 === 0;
  if (isFirstLayer && filterHeight === 3 && filterWidth === 3 && stride === 1) return "direct";
  return convolutionForm({ height, width }, filter, stride);
}

const hasEnoughChannels = (x: Tensor4D): boolean => x.shape[3] >= 4 && x.size > 0;
