import type { ImageSet } from "./dataset.js";

/**
 * Images held in memory.
 *
 * @param images [labels.length, height, width, channels], uint8
 */
export function memoryImages(images: Uint8Array, labels: Uint16Array): ImageSet {
  const count = labels.length;
  const imageBytes = count === 0 ? 0 : images.length / count;
  return {
    count,
    labels,
    imageBytes,
    read(indices, target) {
      for (let row = 0; row < indices.length; row++) {
        const from = indices[row]! * imageBytes;
        target.set(images.subarray(from, from + imageBytes), row * imageBytes);
      }
    },
  };
}

/**
 * Some images of a set in a given order, as a view: nothing is copied.
 *
 * @param labels of the chosen images, [indices.length]; their own unless others are given
 */
export function selectImages(
  set: ImageSet,
  indices: Uint32Array,
  labels: Uint16Array = Uint16Array.from(indices, (index) => set.labels[index]!),
): ImageSet {
  return {
    count: indices.length,
    labels,
    imageBytes: set.imageBytes,
    read(rows, target) {
      const chosen = new Uint32Array(rows.length);
      for (let row = 0; row < rows.length; row++) chosen[row] = indices[rows[row]!]!;
      set.read(chosen, target);
    },
  };
}

/** All pixels of a small set, [count, height, width, channels]. */
export function readAll(set: ImageSet): Uint8Array {
  const pixels = new Uint8Array(set.count * set.imageBytes);
  for (const { first, bytes } of imageBlocks(set)) pixels.set(bytes, first * set.imageBytes);
  return pixels;
}

const blockBytes = 1 << 20;

/** A run of consecutive images: `bytes` is [count, height, width, channels] and is overwritten by the next block. */
export interface ImageBlock {
  first: number;
  count: number;
  bytes: Uint8Array;
}

/** All images of a set in their order, about a megabyte at a time. */
export function* imageBlocks(set: ImageSet): Generator<ImageBlock> {
  const most = Math.max(1, Math.floor(blockBytes / Math.max(1, set.imageBytes)));
  const buffer = new Uint8Array(Math.min(most, set.count) * set.imageBytes);
  for (let first = 0; first < set.count; first += most) {
    const count = Math.min(most, set.count - first);
    const bytes = buffer.subarray(0, count * set.imageBytes);
    set.read(
      Uint32Array.from({ length: count }, (_, row) => first + row),
      bytes,
    );
    yield { first, count, bytes };
  }
}
