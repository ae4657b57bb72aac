import * as tf from "@tensorflow/tfjs";
import { expect, it } from "vitest";
import type { Dataset } from "../../lib/datasets/dataset.js";
import { memoryImages } from "../../lib/datasets/image-sets.js";
import { openRandom } from "../../lib/random.js";
import { BatchMaker, batchIndices } from "../../lib/training/index.js";

it("shows every image once per epoch, in an order that only the seed decides", () => {
  const draw = (seed: number) => {
    const batches = batchIndices(10, 5, openRandom(seed, "order"));
    return Array.from({ length: 4 }, () => [...(batches.next().value as Uint32Array)]);
  };
  const [first, second, third, fourth] = draw(1);
  const whole = Array.from({ length: 10 }, (_, index) => index);
  expect([...first!, ...second!].sort((a, b) => a - b)).toEqual(whole);
  expect([...third!, ...fourth!].sort((a, b) => a - b)).toEqual(whole);
  expect([first, second]).not.toEqual([third, fourth]);
  expect(draw(1)).toEqual([first, second, third, fourth]);
  expect(draw(2)).not.toEqual([first, second, third, fourth]);
});

it("drops the incomplete last batch of an epoch", () => {
  const batches = batchIndices(7, 3, openRandom(1, "order"));
  const epoch = [batches.next().value, batches.next().value] as Uint32Array[];
  expect(epoch.map(({ length }) => length)).toEqual([3, 3]);
});

it("normalizes each channel of the training images to mean 0 and deviation 1", async () => {
  await tf.setBackend("cpu");
  const random = openRandom(3, "pixels");
  const images = Uint8Array.from({ length: 6 * 4 * 4 * 3 }, (_, i) => random.integer(i % 3 === 0 ? 256 : 90));
  const set = memoryImages(images, Uint16Array.of(0, 1, 2, 0, 1, 2));
  const dataset: Dataset = {
    name: "made-up",
    source: "test",
    classes: ["a", "b", "c"],
    height: 4,
    width: 4,
    channels: 3,
    train: set,
    test: set,
    checksum: "",
    close() {},
  };
  const batch = new BatchMaker(dataset).batch(set, [5, 4, 3, 2, 1, 0]);
  const { mean, variance } = tf.moments(batch.images, [0, 1, 2]);
  for (const value of mean.dataSync()) expect(value).toBeCloseTo(0, 5);
  for (const value of variance.dataSync()) expect(value).toBeCloseTo(1, 4);
  expect([...batch.labels.dataSync()]).toEqual([2, 1, 0, 2, 1, 0]);
});
