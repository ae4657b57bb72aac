import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { composedOps } from "./composed.js";
import { sameGeometry } from "./kernels/geometry.js";
import type { Ops } from "./ops.js";

/**
 * tfjs' wasm backend where our own kernels cannot run. It has no `Conv2DBackpropFilter` (tfjs issue 8474) and a slow
 * `Conv2DBackpropInput`, while its forward convolution (XNNPACK) is fast; its `MaxPoolGrad` gives a window's gradient
 * to the wrong value where several are the maximum.
 */
export const wasmComposedOps: Ops = {
  ...composedOps,
  conv2dInputGradient(dy, filter, inputShape, stride) {
    if (stride !== 1) return composedOps.conv2dInputGradient(dy, filter, inputShape, stride);
    return tf.tidy(() => tf.conv2d(dy, flippedFilter(filter), 1, "same"));
  },
  conv2dFilterGradient(x, dy, filterShape, stride) {
    return tf.tidy(() => {
      // Images take the place of channels: [C, H, W, N] * [H, W, N, K] -> [C, kh, kw, K].
      const images = tf.transpose(padded(x, filterShape, stride), [3, 1, 2, 0]) as Tensor4D;
      const gradients = tf.transpose(dy, [1, 2, 0, 3]) as Tensor4D;
      const result = tf.conv2d(images, gradients, 1, "valid", "NHWC", stride);
      return tf.transpose(result, [1, 2, 0, 3]) as Tensor4D;
    });
  },
  maxPoolGradient: (dy, x, y) => tf.tidy(() => maxPoolGradient(dy, x, y)),
};

/** The images that a convolution with pad "same" reads, zeros included. */
function padded(x: Tensor4D, filterShape: [number, number, number, number], stride: number): Tensor4D {
  const [, height, width] = x.shape;
  const { top, left, paddedHeight, paddedWidth } = sameGeometry(x.shape, filterShape, stride);
  const zeros = tf.pad(x, [
    [0, 0],
    [top, Math.max(0, paddedHeight - height - top)],
    [left, Math.max(0, paddedWidth - width - left)],
    [0, 0],
  ]);
  return tf.slice(zeros, [0, 0, 0, 0], [-1, paddedHeight, paddedWidth, -1]);
}

/** [kh, kw, C, K] -> [kh, kw, K, C], turned by 180 degrees. `gather` on the taps is faster than `reverse`. */
function flippedFilter(filter: Tensor4D): Tensor4D {
  const [height, width, inputs, outputs] = filter.shape;
  const taps = height * width;
  const backwards = tf.tensor1d(
    Array.from({ length: taps }, (_, tap) => taps - 1 - tap),
    "int32",
  );
  const turned = tf.gather(tf.reshape(filter, [taps, inputs * outputs]), backwards);
  return tf.transpose(tf.reshape(turned, filter.shape), [0, 1, 3, 2]) as Tensor4D;
}

/** Each window's dy to the first of its values, row by row, that equals its maximum y. */
function maxPoolGradient(dy: Tensor4D, x: Tensor4D, y: Tensor4D): Tensor4D {
  const [images, height, width, channels] = x.shape;
  const [, rows, columns] = y.shape;
  let rest: tf.Tensor = dy;
  const shares = [0, 1].map((row) => {
    const pair = [0, 1].map((column) => {
      const end = [images, 2 * rows, 2 * columns, channels];
      const values = tf.stridedSlice(x, [0, row, column, 0], end, [1, 2, 2, 1]);
      const chosen = tf.cast(tf.equal(values, y), "float32");
      const share = tf.mul(rest, chosen);
      rest = tf.sub(rest, share);
      return share;
    });
    return tf.reshape(tf.stack(pair, 3), [images, rows, 1, 2 * columns, channels]);
  });
  const gradient = tf.reshape(tf.concat(shares, 2), [images, 2 * rows, 2 * columns, channels]) as Tensor4D;
  return tf.pad(gradient, [
    [0, 0],
    [0, height - 2 * rows],
    [0, width - 2 * columns],
    [0, 0],
  ]);
}
