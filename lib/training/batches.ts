import type { Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { ChannelStatistics, Dataset, ImageSet } from "../datasets/dataset.js";
import { channelStatistics } from "../datasets/statistics.js";
import { type Augmentation, moveImage, shiftOf } from "./augmentation.js";
import type { Indices } from "./order.js";

/** One mini-batch as the network takes it. */
export interface Batch {
  /** [N, H, W, C], each channel with mean 0 and standard deviation 1 over the training images. */
  images: Tensor4D;
  /** Class indices [N], int32. */
  labels: Tensor1D;
}

export interface BatchMakerOptions {
  /** What `trainingBatch` does to its images. Default: nothing. */
  augmentation?: Augmentation;
  /** The run's. */
  seed?: number;
}

/** Turns images of a dataset, by index, into normalized batches. */
export class BatchMaker {
  /** Normalized value of every channel and byte, [channels, 256], so that a pixel costs one look-up. */
  private readonly table: Float32Array;
  /** The latest batch as it was read. */
  private bytes = new Uint8Array(0);

  /** Of the training images: what batches are normalized with. */
  readonly statistics: ChannelStatistics;

  constructor(
    private readonly dataset: Omit<Dataset, "checksum">,
    private readonly options: BatchMakerOptions = {},
  ) {
    const { channels } = dataset;
    const statistics = channelStatistics(dataset.train, channels);
    this.statistics = statistics;
    this.table = Float32Array.from({ length: channels * 256 }, (_, place) => {
      const channel = place >> 8;
      const deviation = statistics.std[channel]! || 1;
      return ((place & 255) / 255 - statistics.mean[channel]!) / deviation;
    });
  }

  /** The images at `indices`, in that order, as they are. */
  batch(set: ImageSet, indices: ArrayLike<number>): Batch {
    return this.finish(set, indices, this.normalized(set, indices));
  }

  /** The images at `indices` as an epoch of training sees them: augmented where that was asked for. */
  trainingBatch(set: ImageSet, { epoch, indices }: Indices): Batch {
    const { augmentation = { crop: 0, flip: false }, seed = 0 } = this.options;
    const { height, width, channels } = this.dataset;
    const images = this.normalized(set, indices);
    if (augmentation.crop === 0 && !augmentation.flip) return this.finish(set, indices, images);
    const augmented = new Float32Array(images.length);
    indices.forEach((index, row) => {
      const shift = shiftOf(augmentation, { seed, epoch, index });
      moveImage(images, augmented, { row, height, width, channels, ...shift });
    });
    return this.finish(set, indices, augmented);
  }

  /** [N, H, W, C], normalized. */
  private normalized(set: ImageSet, indices: ArrayLike<number>): Float32Array {
    const length = indices.length * set.imageBytes;
    if (this.bytes.length < length) this.bytes = new Uint8Array(length);
    const { bytes, table } = this;
    set.read(indices, bytes);
    const images = new Float32Array(length);
    if (this.dataset.channels === 3) {
      // Written out, as it takes half the time of the loop below.
      for (let i = 0; i < length; i += 3) {
        images[i] = table[bytes[i]!]!;
        images[i + 1] = table[256 + bytes[i + 1]!]!;
        images[i + 2] = table[512 + bytes[i + 2]!]!;
      }
      return images;
    }
    for (let i = 0; i < length; ) {
      for (let row = 0; row < table.length; row += 256, i++) images[i] = table[row + bytes[i]!]!;
    }
    return images;
  }

  private finish(set: ImageSet, indices: ArrayLike<number>, images: Float32Array): Batch {
    const { height, width, channels } = this.dataset;
    const count = indices.length;
    const labels = new Int32Array(count);
    for (let row = 0; row < count; row++) labels[row] = set.labels[indices[row]!]!;
    return {
      images: tf.tensor4d(images, [count, height, width, channels]),
      labels: tf.tensor1d(labels, "int32"),
    };
  }
}

/** Consecutive index ranges that cover `count` images. */
export function* ranges(count: number, size: number): Generator<Uint32Array> {
  for (let start = 0; start < count; start += size) {
    const length = Math.min(size, count - start);
    yield Uint32Array.from({ length }, (_, index) => start + index);
  }
}
