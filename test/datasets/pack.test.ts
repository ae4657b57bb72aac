import { readdirSync, truncateSync } from "node:fs";
import { expect, test } from "vitest";
import { imageBlocks, readAll, selectImages } from "../../lib/datasets/image-sets.js";
import { openPack, readPackHeader } from "../../lib/datasets/pack.js";
import { writePack } from "../../lib/datasets/pack-writer.js";
import { UserError } from "../../lib/errors.js";
import { useTemporaryFolder } from "./temporary.js";

const { path } = useTemporaryFolder();
const head = { name: "made-up", source: "jpeg", classes: ["a", "b"], channels: 1, origin: "here" };

/** Six training images of 2x2, image i all of i, and one test image. */
const small = (order = [0, 1, 2, 3, 4, 5]) =>
  writePack(path("a.pack"), { ...head, height: 2, width: 2, trainCount: 6, testCount: 1 }, (writer) => {
    for (const i of order) writer.put("train", i, new Uint8Array(4).fill(i), [i % 2]);
    writer.put("test", 0, new Uint8Array(4).fill(9), [1]);
  });
const open = () => openPack(path("a.pack"))!.dataset;

test("images come back by index, in any order, as do those of a view", async () => {
  await small();
  const dataset = open();
  const read = (set: typeof dataset.train, indices: number[]) => {
    const target = new Uint8Array(4 * indices.length);
    set.read(indices, target);
    return [...target].filter((_, i) => i % 4 === 3);
  };
  expect(read(dataset.train, [4, 5, 0, 0, 2, 3, 1])).toEqual([4, 5, 0, 0, 2, 3, 1]);
  expect([...dataset.train.labels]).toEqual([0, 1, 0, 1, 0, 1]);
  const view = selectImages(dataset.train, Uint32Array.of(5, 1, 2));
  expect(read(view, [2, 0, 1])).toEqual([2, 5, 1]);
  expect([...view.labels]).toEqual([1, 1, 0]);
  expect([...readAll(dataset.test)]).toEqual([9, 9, 9, 9]);
  dataset.close();
});

test("the order in which images are put makes no difference", async () => {
  await small();
  const { checksum } = readPackHeader(path("a.pack"))!;
  await small([3, 5, 1, 0, 4, 2]);
  expect(readPackHeader(path("a.pack"))!.checksum).toBe(checksum);
});

test("what fails while it is written leaves nothing behind", async () => {
  const broken = writePack(
    path("a.pack"),
    { ...head, height: 2, width: 2, trainCount: 1, testCount: 1 },
    () => Promise.reject(new UserError("Broken.")),
  );
  await expect(broken).rejects.toThrow("Broken.");
  expect(readdirSync(path())).toEqual([]);
});

test("a file cut short while it is in use, and one closed before, are told", async () => {
  await small();
  const dataset = open();
  truncateSync(path("a.pack"), 40);
  expect(() => readAll(dataset.test)).toThrow(/a.pack was cut short while it was in use/);
  dataset.close();
  expect(() => readAll(dataset.test)).toThrow(/was closed before its last use/);
});

test("memory does not grow with the images", async () => {
  const [side, count] = [64, 6000];
  const megabytes = (count * side * side) / 1e6;
  expect(megabytes).toBeGreaterThan(24);
  const held = () => process.memoryUsage().arrayBuffers / 1e6;
  const before = held();
  let most = 0;
  const block = new Uint8Array(side * side * 100);
  const labels = new Uint8Array(100);
  await writePack(
    path("a.pack"),
    { ...head, height: side, width: side, trainCount: count, testCount: 1 },
    (writer) => {
      for (let first = 0; first < count; first += 100) writer.put("train", first, block, labels);
      writer.put("test", 0, block.subarray(0, side * side), [0]);
    },
  );
  const dataset = open();
  for (const _ of imageBlocks(dataset.train)) most = Math.max(most, held());
  dataset.close();
  expect(most - before).toBeLessThan(megabytes / 3);
});
