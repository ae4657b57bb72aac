import type { Tensor4D } from "@tensorflow/tfjs-core";
import { type ConvolutionForm, convolutionForm } from "../convolution-form.js";
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

/**
 * Convolution and its gradients, each in the form that `convolutionForm` gives for its shapes. F(2x2,3x3), which saves
 * most on maps of 5 x 5 and 6 x 6 pixels, is not there: direct sums in its place.
 */
export function convolutionOps(kernels: Kernels, heap: Heap): Convolutions {
  return {
    conv2d(images, weights, stride) {
      const [shape, filterShape] = [images.shape, weights.shape];
      const outputs = filterShape[3];
      const { outHeight, outWidth } = sameGeometry(shape, filterShape, stride);
      const result = heap.output<Tensor4D>([shape[0], outHeight, outWidth, outputs]);
      const [x, y, filter] = [heap.at(images), heap.at(result), heap.at(weights)];
      const form = formOf(shape, filterShape, stride);
      if (form === "karatsuba" || form === "winograd-4x4") {
        const karatsuba = form === "karatsuba";
        winogradConvolution(kernels, heap, { x, y, filter, shape, outputs, karatsuba, turned: false });
      } else {
        directConvolution(kernels, heap, reached(form, { x, y, filter, shape, filterShape, stride }));
      }
      return result;
    },

    conv2dInputGradient(dy, weights, shape, stride) {
      const filterShape = weights.shape;
      const gradient = heap.output<Tensor4D>(shape);
      const [x, y, filter] = [heap.at(gradient), heap.at(dy), heap.at(weights)];
      const form = formOf(shape, filterShape, stride);
      if (form === "karatsuba" || form === "winograd-4x4") {
        const [karatsuba, outputs] = [form === "karatsuba", shape[3]];
        // A convolution of dy to dx.
        const turned = { x: y, y: x, filter, shape: dy.shape, outputs, karatsuba, turned: true };
        winogradConvolution(kernels, heap, turned);
      } else {
        directInputGradient(kernels, heap, reached(form, { x, y, filter, shape, filterShape, stride }));
      }
      return gradient;
    },

    conv2dFilterGradient(images, dy, filterShape, stride) {
      const { shape } = images;
      const gradient = heap.output<Tensor4D>(filterShape);
      const [x, y, filter] = [heap.at(images), heap.at(dy), heap.at(gradient)];
      const form = formOf(shape, filterShape, stride);
      if (form === "karatsuba" || form === "winograd-4x4") {
        const [karatsuba, outputs] = [form === "karatsuba", filterShape[3]];
        winogradFilterGradient(kernels, heap, { x, y, filter, shape, outputs, karatsuba });
      } else {
        // Those of the other taps are zero.
        if (form === "center") heap.clear(filter, gradient.size);
        directFilterGradient(kernels, heap, reached(form, { x, y, filter, shape, filterShape, stride }));
      }
      return gradient;
    },
  };
}

const formOf = ([, height, width]: Shape4D, filterShape: Shape4D, stride: number) =>
  convolutionForm({ height, width }, filterShape, stride);

/** The same convolution with the center of 3 x 3 taps alone, where the others meet no pixel. */
function reached(form: ConvolutionForm | undefined, convolution: DirectConvolution): DirectConvolution {
  if (form !== "center") return convolution;
  const [, , inputs, outputs] = convolution.filterShape;
  const filter = convolution.filter + 4 * (4 * inputs * outputs);
  return { ...convolution, filter, filterShape: [1, 1, inputs, outputs] };
}
