import { createHash } from "node:crypto";
import type { Dataset } from "./dataset.js";
import { imageBlocks } from "./image-sets.js";

/** sha256 (hex) over the shape, then labels (little-endian uint16) and pixels of the training and test split. */
export function datasetChecksum({
  height,
  width,
  channels,
  train,
  test,
}: Pick<Dataset, "height" | "width" | "channels" | "train" | "test">): string {
  const hash = createHash("sha256");
  hash.update(JSON.stringify({ height, width, channels, train: train.count, test: test.count }));
  for (const set of [train, test]) {
    hash.update(labelBytes(set.labels));
    for (const { bytes } of imageBlocks(set)) hash.update(bytes);
  }
  return hash.digest("hex");
}

/** Labels as they are hashed and stored: little-endian uint16. */
export function labelBytes(labels: ArrayLike<number>): Buffer {
  const bytes = Buffer.alloc(2 * labels.length);
  for (let i = 0; i < labels.length; i++) bytes.writeUInt16LE(labels[i]!, 2 * i);
  return bytes;
}
