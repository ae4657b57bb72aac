import { describe, expect, test } from "vitest";
import { readAll } from "../../lib/datasets/image-sets.js";
import { loadDataset } from "../../lib/datasets/load.js";
import { areaAverage } from "../../lib/datasets/resize.js";
import { syntheticDataset } from "../../lib/datasets/synthetic.js";

describe("the synthetic dataset", () => {
  const dataset = syntheticDataset();

  test("is the same on every machine: stored runs depend on it", () => {
    expect(dataset.checksum).toBe("e03949878c1214abb03fefa800cd2151c74fa1d2c066cc03fb8445d4b4ecf6df");
  });

  test("has 2,000 and 1,000 images of 16x16x3, as many of each of 4 classes", () => {
    const { classes, height, width, channels, train, test: held } = dataset;
    expect({ classes, height, width, channels }).toEqual({
      classes: ["disc", "square", "triangle", "cross"],
      height: 16,
      width: 16,
      channels: 3,
    });
    for (const [set, count] of [
      [train, 2000],
      [held, 1000],
    ] as const) {
      expect(set.count).toBe(count);
      expect(readAll(set)).toHaveLength(count * 16 * 16 * 3);
      for (const label of [0, 1, 2, 3]) expect(set.labels.filter((l) => l === label)).toHaveLength(count / 4);
    }
  });

  test("no test image is a training image", () => {
    const seen = new Set<string>();
    const key = (images: Uint8Array, index: number) =>
      Buffer.from(images.subarray(index * 768, (index + 1) * 768)).toString("base64");
    const [train, held] = [dataset.train, dataset.test].map(readAll);
    for (let i = 0; i < 2000; i++) seen.add(key(train!, i));
    for (let i = 0; i < 1000; i++) expect(seen.has(key(held!, i))).toBe(false);
    expect(seen.size).toBe(2000);
  });

  test("size 32 averages to sizes 16 and 8: the same pictures", () => {
    const large = syntheticDataset({ size: 32 });
    for (const size of [16, 8] as const) {
      const averaged = areaAverage(readAll(large.test), { side: 32, size, channels: 3 });
      expect(Buffer.from(averaged).equals(readAll(syntheticDataset({ size }).test))).toBe(true);
    }
  });

  test("loads with a part of the training images", async () => {
    const part = await loadDataset({ name: "synthetic", source: "builtin", size: 8, trainImages: 400 });
    expect(part.train).toMatchObject({ count: 400 });
    expect(part.test.count).toBe(1000);
    expect(part.checksum).not.toBe(dataset.checksum);
  });
});
