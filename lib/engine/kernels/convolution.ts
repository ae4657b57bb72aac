import type { Tensor4D } from "@tensorflow/tfjs-core";
import { type ConvolutionForm, convolutionForm } from "../convolution-rule.js";
import type { Ops, Shape4D } from "../ops.js";
import {
  type DirectConvolution,
  directConvolution,
  directFilterGradient,
  directInputGradient,
} from "./direct.js";
import { sameGeometry } from "./geometry.js";
import type { Heap } from "./heap.js";
import type { Kernels } from "./module.js";
import { winogradConvolution, winogradFilterGradient } from "./winograd.js";

type Convolutions = Pick<Ops, "conv2d" | "conv2dInputGradient" | "conv2dFilterGradient">;

/** Convolution and its gradients, each in the form that `convolutionForm` gives for its shapes. */
export function convolutionOps(kernels: Kernels, heap: Heap): Convolutions {
  return {
    conv2d(x, filter, stride) {
      const form = convolutionForm(x.shape, filter.shape, stride);
      const { outHeight, outWidth } = sameGeometry(x.shape, filter.shape, stride);
      const outputs = filter.shape[3];
      const y = heap.output<Tensor4D>([x.shape[0], outHeight, outWidth, outputs]);
      const [shape, filterShape] = [x.shape, filter.shape];
      const tensors = { x: heap.at(x), y: heap.at(y), filter: heap.at(filter) };
      if (form === "karatsuba" || form === "winograd") {
        const common = { ...tensors, shape, outputs, karatsuba: form === "karatsuba" };
        winogradConvolution(kernels, heap, { ...common, turned: false });
      } else {
        directConvolution(kernels, heap, taps(form, { ...tensors, shape, filterShape, stride }));
      }
      return y;
    },

    conv2dInputGradient(dy, filter, inputShape, stride) {
      const form = convolutionForm(inputShape, filter.shape, stride);
      const dx = heap.output<Tensor4D>(inputShape);
      const [x, y] = [heap.at(dx), heap.at(dy)];
      if (form === "karatsuba" || form === "winograd") {
        const tensors = { x: y, y: x, filter: heap.at(filter), shape: dy.shape, outputs: inputShape[3] };
        winogradConvolution(kernels, heap, { ...tensors, karatsuba: form === "karatsuba", turned: true });
      } else {
        const shapes = { shape: inputShape, filterShape: filter.shape };
        directInputGradient(kernels, heap, taps(form, { x, y, filter: heap.at(filter), ...shapes, stride }));
      }
      return dx;
    },

    conv2dFilterGradient(x, dy, filterShape, stride) {
      const form = convolutionForm(x.shape, filterShape, stride);
      const gradient = heap.output<Tensor4D>(filterShape);
      const tensors = { x: heap.at(x), y: heap.at(dy), filter: heap.at(gradient), shape: x.shape };
      if (form === "karatsuba" || form === "winograd") {
        const outputs = filterShape[3];
        winogradFilterGradient(kernels, heap, { ...tensors, outputs, karatsuba: form === "karatsuba" });
      } else {
        // The other taps' gradients are zero.
        if (form === "middle tap") heap.clear(tensors.filter, gradient.size);
        directFilterGradient(kernels, heap, taps(form, { ...tensors, filterShape, stride }));
      }
      return gradient;
    },
  };
}

/** The same convolution with the middle one of 3 x 3 taps alone, if that is its form. */
function taps(form: ConvolutionForm, convolution: DirectConvolution): DirectConvolution {
  if (form !== "middle tap") return convolution;
  const [, , inputs, outputs] = convolution.filterShape;
  const before = 4 * inputs * outputs;
  const filterShape: Shape4D = [1, 1, inputs, outputs];
  return { ...convolution, filter: convolution.filter + 4 * before, filterShape };
}
