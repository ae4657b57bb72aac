import * as tf from "@tensorflow/tfjs";
import { beforeAll, expect, it } from "vitest";
import type { Dataset } from "../../lib/datasets/dataset.js";
import { memoryImages } from "../../lib/datasets/image-sets.js";
import { openRandom } from "../../lib/random.js";
import { BatchMaker } from "../../lib/training/index.js";

const made = (images: Uint8Array, labels: number[], side: number): Dataset => {
  const set = memoryImages(images, Uint16Array.from(labels));
  return {
    name: "made-up",
    source: "test",
    classes: ["a", "b", "c"],
    height: side,
    width: side,
    channels: 3,
    train: set,
    test: set,
    checksum: "",
    close() {},
  };
};

beforeAll(() => tf.setBackend("cpu"));

it("normalizes each channel of the training images to mean 0 and deviation 1", async () => {
  const random = openRandom(3, "pixels");
  const images = Uint8Array.from({ length: 6 * 4 * 4 * 3 }, (_, i) => random.integer(i % 3 === 0 ? 256 : 90));
  const dataset = made(images, [0, 1, 2, 0, 1, 2], 4);
  const batch = new BatchMaker(dataset).batch(dataset.train, [5, 4, 3, 2, 1, 0]);
  const { mean, variance } = tf.moments(batch.images, [0, 1, 2]);
  for (const value of mean.dataSync()) expect(value).toBeCloseTo(0, 5);
  for (const value of variance.dataSync()) expect(value).toBeCloseTo(1, 4);
  expect([...batch.labels.dataSync()]).toEqual([2, 1, 0, 2, 1, 0]);
});

it("augments an image the same way in any batch of its epoch, and for evaluation never", () => {
  const random = openRandom(4, "pixels");
  const images = Uint8Array.from({ length: 8 * 5 * 5 * 3 }, () => random.integer(256));
  const dataset = made(images, [0, 1, 2, 0, 1, 2, 0, 1], 5);
  const { train } = dataset;
  const maker = (seed: number) => new BatchMaker(dataset, { augmentation: { crop: 2, flip: true }, seed });
  const rows = (seed: number, epoch: number, indices: number[]) => {
    const batch = maker(seed).trainingBatch(train, { epoch, indices: Uint32Array.from(indices) });
    return batch.images.unstack().map((image) => [...image.dataSync()]);
  };
  const whole = rows(1, 3, [0, 1, 2, 3, 4, 5, 6, 7]);
  expect(rows(1, 3, [6, 2])).toEqual([whole[6], whole[2]]);
  expect(rows(1, 4, [6, 2])).not.toEqual([whole[6], whole[2]]);
  expect(rows(2, 3, [6, 2])).not.toEqual([whole[6], whole[2]]);
  const plain = new BatchMaker(dataset).batch(train, [6, 2]).images.dataSync();
  expect(maker(1).batch(train, [6, 2]).images.dataSync()).toEqual(plain);
  expect(new Float32Array(rows(1, 3, [6, 2]).flat())).not.toEqual(plain);
});
