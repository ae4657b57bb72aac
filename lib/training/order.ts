import { UsageError } from "../errors.js";
import { openRandom } from "../random.js";

export interface BatchOrderOptions {
  /** Images of the set. */
  count: number;
  batchSize: number;
  seed: number;
  /** Name of the seed's stream that decides the order. Default "order". */
  stream?: string;
}

export interface Indices {
  /** From 0. */
  epoch: number;
  /** Images of the mini-batch, [batchSize]. */
  indices: Uint32Array;
}

/**
 * Which images every step sees: each epoch in a fresh seeded order, its last, incomplete batch dropped (as PyTorch's
 * `drop_last`), so that every step sees `batchSize` images. Any step can be asked for, in any order: the orders of the
 * epochs before it, each a shuffle of the one before, are drawn again where they have to be.
 */
export class BatchOrder {
  readonly stepsPerEpoch: number;
  private epoch = -1;
  private order = new Uint32Array(0);
  private random = openRandom(0, "");

  /** Throws `UsageError` where there are fewer images than a mini-batch takes. */
  constructor(private readonly options: BatchOrderOptions) {
    const { count, batchSize } = options;
    this.stepsPerEpoch = Math.floor(count / batchSize);
    if (this.stepsPerEpoch > 0) return;
    throw new UsageError(
      `A mini-batch of ${batchSize} images needs as many training images, but there are ${count}. Set batchSize to at most ${count}, or keep more images.`,
    );
  }

  /** @param step counted from 0 */
  at(step: number): Indices {
    const { batchSize } = this.options;
    const epoch = Math.floor(step / this.stepsPerEpoch);
    const start = (step % this.stepsPerEpoch) * batchSize;
    return { epoch, indices: this.orderOf(epoch).slice(start, start + batchSize) };
  }

  private orderOf(epoch: number): Uint32Array {
    if (epoch < this.epoch || this.epoch < 0) {
      const { count, seed, stream = "order" } = this.options;
      this.random = openRandom(seed, stream);
      this.order = Uint32Array.from({ length: count }, (_, index) => index);
      this.epoch = -1;
    }
    for (; this.epoch < epoch; this.epoch++) this.random.shuffle(this.order);
    return this.order;
  }
}
