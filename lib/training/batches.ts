import type { Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { type ChannelStatistics, channelStatistics, type Dataset, type ImageSet } from "../datasets/index.js";
import type { Random } from "../random.js";

/** One mini-batch as the network takes it. */
export interface Batch {
  /** [N, H, W, C], each channel with mean 0 and standard deviation 1 over the training images. */
  images: Tensor4D;
  /** Class indices [N], int32. */
  labels: Tensor1D;
}

/** Turns images of a dataset, by index, into normalized batches. */
export class BatchMaker {
  /** Normalized value of every channel and byte, [channels, 256], so that a pixel costs one look-up. */
  private readonly table: Float32Array;
  /** The latest batch as it was read. */
  private bytes = new Uint8Array(0);

  /** Of the training images: what batches are normalized with. */
  readonly statistics: ChannelStatistics;

  constructor(private readonly dataset: Dataset) {
    const { channels } = dataset;
    const statistics = channelStatistics(dataset.train, channels);
    this.statistics = statistics;
    this.table = Float32Array.from({ length: channels * 256 }, (_, place) => {
      const channel = place >> 8;
      const deviation = statistics.std[channel]! || 1;
      return ((place & 255) / 255 - statistics.mean[channel]!) / deviation;
    });
  }

  /** The images at `indices`, in that order. */
  batch(set: ImageSet, indices: ArrayLike<number>): Batch {
    const { height, width, channels } = this.dataset;
    const count = indices.length;
    const length = count * height * width * channels;
    if (this.bytes.length < length) this.bytes = new Uint8Array(length);
    const { bytes, table } = this;
    set.read(indices, bytes);
    const images = new Float32Array(length);
    for (let i = 0; i < length; ) {
      for (let row = 0; row < table.length; row += 256) {
        images[i] = table[row + bytes[i]!]!;
        i++;
      }
    }
    const labels = Int32Array.from(indices, (index) => set.labels[index]!);
    return {
      images: tf.tensor4d(images, [count, height, width, channels]),
      labels: tf.tensor1d(labels, "int32"),
    };
  }
}

/**
 * Endless mini-batch indices: each epoch in a fresh seeded order, its last, incomplete batch dropped (as
 * PyTorch's `drop_last`), so that every step sees `batchSize` images.
 */
export function* batchIndices(count: number, batchSize: number, random: Random): Generator<Uint32Array> {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (;;) {
    random.shuffle(order);
    for (let start = 0; start + batchSize <= count; start += batchSize) {
      yield order.slice(start, start + batchSize);
    }
  }
}

/** Consecutive index ranges that cover `count` images. */
export function* ranges(count: number, size: number): Generator<Uint32Array> {
  for (let start = 0; start < count; start += size) {
    const length = Math.min(size, count - start);
    yield Uint32Array.from({ length }, (_, index) => start + index);
  }
}
