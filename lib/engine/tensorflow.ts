import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { slopeOf } from "./activation.js";
import { composedActivate, composedActivationGradient } from "./composed-activation.js";
import { composedGroupNorm, composedGroupNormGradient } from "./composed-group-norm.js";
import { memoize } from "./memoize.js";
import type { Ops, Shape4D } from "./ops.js";
import type { TensorflowBackend } from "./tensorflow-backend.js";
import { tensorflowUpdate } from "./tensorflow-update.js";
import { unstridedGradient } from "./unstrided.js";
import type { Variable } from "./variable.js";

/** TensorFlow's own fused kernels behind `Ops`. Gradients are TensorFlow's, formulas as in its documentation. */
export function tensorflowOps(backend: TensorflowBackend): Ops {
  const { binding } = backend;
  const run = backend.executeSingleOutput.bind(backend);
  const runMany = backend.executeMultipleOutputs.bind(backend);
  const type = (name: string, kind: "FLOAT" | "INT32") => ({
    name,
    type: binding.TF_ATTR_TYPE,
    value: binding[`TF_${kind}`],
  });
  const integers = (name: string, value: number[]) => ({ name, type: binding.TF_ATTR_INT, value });
  const float = (name: string, value: number) => ({ name, type: binding.TF_ATTR_FLOAT, value });
  const bool = (name: string, value: boolean) => ({ name, type: binding.TF_ATTR_BOOL, value });
  const text = (name: string, value: string) => ({ name, type: binding.TF_ATTR_STRING, value });
  const nhwc = text("data_format", "NHWC");
  const T = type("T", "FLOAT");
  const elementwise = [T];

  const convolution = memoize((stride: number) => [
    T,
    integers("strides", [1, stride, stride, 1]),
    text("padding", "SAME"),
    nhwc,
    bool("use_cudnn_on_gpu", true),
    integers("dilations", [1, 1, 1, 1]),
  ]);
  const pooling = [
    T,
    integers("ksize", [1, 2, 2, 1]),
    integers("strides", [1, 2, 2, 1]),
    text("padding", "VALID"),
    nhwc,
  ];
  const normalization = memoize((key: string) => {
    const [mode, epsilon] = key.split("/");
    return [
      T,
      type("U", "FLOAT"),
      float("epsilon", Number(epsilon)),
      nhwc,
      bool("is_training", mode === "train"),
    ];
  });
  const wholeBatch = float("exponential_avg_factor", 1);
  const normalizationForward = memoize((key: string) => [...normalization(key), wholeBatch]);
  const noStatistics = tf.keep(tf.tensor1d([], "float32"));
  const shapeTensor = memoizeTensor((shape) => tf.tensor1d(shape, "int32"));
  const scalar = (value: number) => tf.scalar(value, "float32");

  const dtype = type("dtype", "FLOAT");
  let variables = 0;
  const variable = (initial: Tensor1D): Variable => {
    const handle = tf.keep(
      run(
        "VarHandleOp",
        [
          dtype,
          { name: "shape", type: binding.TF_ATTR_SHAPE, value: initial.shape },
          text("container", ""),
          text("shared_name", `filter-sparsity/${process.pid}/${variables++}`),
        ],
        [],
      ),
    );
    const assign = (value: Tensor) => {
      runMany("AssignVariableOp", [dtype], [handle, value], 0);
    };
    assign(initial);
    handles.set(assign, handle);
    return {
      size: initial.size,
      read: () => run("ReadVariableOp", [dtype], [handle]) as Tensor1D,
      assign,
      dispose: () => {
        runMany("DestroyResourceOp", [bool("ignore_lookup_error", true)], [handle], 0);
        handle.dispose();
      },
    };
  };
  /** Handles by their variable's `assign`: keeps the engine's own type out of the interface. */
  const handles = new WeakMap<Variable["assign"], Tensor>();
  const handleOf = (of: Variable) => handles.get(of.assign)!;

  const leaky = memoize((slope: number) => [T, float("alpha", slope)]);
  /** Disposes x. */
  const rectified = (x: Tensor4D, slope: number): Tensor4D => {
    if (slope === 1) return x;
    const y = slope === 0 ? run("Relu", elementwise, [x]) : run("LeakyRelu", leaky(slope), [x]);
    x.dispose();
    return y as Tensor4D;
  };
  /** dy itself where there is no nonlinearity. */
  const rectifyGradient = (dy: Tensor4D, y: Tensor4D, slope: number): Tensor4D => {
    if (slope === 1) return dy;
    const inputs = [dy, y];
    const dx =
      slope === 0 ? run("ReluGrad", elementwise, inputs) : run("LeakyReluGrad", leaky(slope), inputs);
    return dx as Tensor4D;
  };

  function conv2dInputGradient(dy: Tensor4D, filter: Tensor4D, shape: Shape4D, stride: number): Tensor4D {
    const [tapsDown, tapsAcross, channels] = filter.shape;
    if (stride > 1 && tapsDown * tapsAcross > 1 && channels > 16 && channels % 32 !== 0) {
      // With AVX-512, TensorFlow 2.21's oneDNN returns wrong numbers where channels fill an odd number of vectors, from 3 on.
      const open = unstridedGradient(dy, filter.shape, shape, stride);
      const dx = conv2dInputGradient(open, filter, shape, 1);
      open.dispose();
      return dx;
    }
    return run("Conv2DBackpropInput", convolution(stride), [shapeTensor(shape), filter, dy]) as Tensor4D;
  }

  return {
    conv2d: (x, filter, stride) => run("Conv2D", convolution(stride), [x, filter]) as Tensor4D,
    conv2dInputGradient,
    conv2dFilterGradient: (x, dy, filterShape, stride) =>
      run("Conv2DBackpropFilter", convolution(stride), [x, shapeTensor(filterShape), dy]) as Tensor4D,
    batchNorm(x, gamma, beta, { epsilon, slope }) {
      const inputs = [x, gamma, beta, noStatistics, noStatistics];
      const outputs = runMany("FusedBatchNormV3", normalizationForward(`train/${epsilon}`), inputs, 6);
      const [normalized, mean, variance, ...reserve] = outputs as [
        Tensor4D,
        Tensor1D,
        Tensor1D,
        ...Tensor1D[],
      ];
      return { output: rectified(normalized, slope), mean, variance, saved: reserve };
    },
    batchNormGradient(dy, x, gamma, forward, { epsilon, slope }) {
      const open = rectifyGradient(dy, forward.output, slope);
      const inputs = [open, x, gamma, ...forward.saved];
      const outputs = runMany("FusedBatchNormGradV3", normalization(`train/${epsilon}`), inputs, 5);
      if (open !== dy) open.dispose();
      const [input, dGamma, dBeta, ...unused] = outputs as [Tensor4D, Tensor1D, Tensor1D, ...Tensor[]];
      tf.dispose(unused);
      return { input, gamma: dGamma, beta: dBeta };
    },
    batchNormInference: (x, gamma, beta, mean, variance, { epsilon, slope }) =>
      tf.tidy(() => {
        const inputs = [x, gamma, beta, mean, variance];
        const [normalized] = runMany(
          "FusedBatchNormV3",
          normalizationForward(`inference/${epsilon}`),
          inputs,
          6,
        );
        return rectified(normalized as Tensor4D, slope);
      }),
    groupNorm: composedGroupNorm,
    groupNormGradient: composedGroupNormGradient,
    addBias: (x, bias, { slope }) => rectified(run("BiasAdd", [T, nhwc], [x, bias]) as Tensor4D, slope),
    addBiasGradient(dy, y, { slope }) {
      const input = rectifyGradient(dy, y, slope);
      return { input, bias: run("BiasAddGrad", [T, nhwc], [input]) as Tensor1D };
    },
    activate(x, activation) {
      // TensorFlow 2.21 fuses a convolution with bias, a sum and a LeakyRelu in one graph, and takes its slope for 0.2.
      if (activation.name === "leaky-relu")
        return tf.tidy(() => tf.maximum(x, tf.mul(x, activation.negativeSlope)));
      const slope = slopeOf(activation);
      if (slope !== undefined) return rectified(x.clone(), slope);
      if (activation.name === "elu") return run("Elu", elementwise, [x]) as Tensor4D;
      return composedActivate(x, activation);
    },
    activationGradient(dy, x, y, activation) {
      const slope = slopeOf(activation);
      if (slope !== undefined) return rectifyGradient(dy, y, slope);
      if (activation.name === "elu") return run("EluGrad", elementwise, [dy, y]) as Tensor4D;
      return composedActivationGradient(dy, x, y, activation);
    },
    maxPool: (x) => run("MaxPool", pooling, [x]) as Tensor4D,
    maxPoolGradient: (dy, x, y) => run("MaxPoolGrad", pooling, [x, y, dy]) as Tensor4D,
    softmaxCrossEntropyGradient: (logits, labels) =>
      tf.tidy(() => {
        const attributes = [T, type("Tlabels", "INT32")];
        const outputs = runMany("SparseSoftmaxCrossEntropyWithLogits", attributes, [logits, labels], 2);
        return run("Mul", elementwise, [outputs[1]!, scalar(1 / logits.shape[0])]) as Tensor2D;
      }),
    variable,
    ...tensorflowUpdate(backend, handleOf),
  };
}

/** Small constant tensors, made once per value and kept. */
function memoizeTensor(make: (shape: number[]) => Tensor): (shape: number[]) => Tensor {
  const known = memoize((key: string) => tf.keep(tf.tidy(() => make(key.split(",").map(Number)))));
  return (shape) => known(shape.join(","));
}
