import type { Dataset } from "../datasets/dataset.js";
import { memoryImages } from "../datasets/image-sets.js";
import { openRandom } from "../random.js";

/** `count` random images of `size` x `size` pixels, 3 channels, 10 classes. */
export function randomImages(size: number, count: number): Dataset {
  const random = openRandom(1, "images");
  const set = memoryImages(
    Uint8Array.from({ length: count * size * size * 3 }, () => random.integer(256)),
    Uint16Array.from({ length: count }, () => random.integer(10)),
  );
  return {
    name: "random",
    source: "benchmark",
    classes: Array.from({ length: 10 }, (_, index) => String(index)),
    height: size,
    width: size,
    channels: 3,
    train: set,
    test: set,
    checksum: "",
    close() {},
  };
}
