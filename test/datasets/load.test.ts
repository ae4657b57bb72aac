import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { cachedDatasets, formPath, packPath } from "../../lib/datasets/cached.js";
import { loadDataset } from "../../lib/datasets/load.js";
import { detectSource } from "../../lib/datasets/sources.js";
import { UsageError, UserError } from "../../lib/errors.js";
import { contentsAndClose } from "./contents.js";
import { writeImage, writeImageFolder } from "./images.js";
import { useTemporaryFolder } from "./temporary.js";
import { tinyArchives, writeArchive, writeBinFiles } from "./tiny-cifar.js";

vi.mock("../../lib/datasets/cifar-archives.js", async () =>
  (await import("./tiny-cifar.js")).mockedArchives(),
);

const { path } = useTemporaryFolder();
const pets = { name: "pets", source: "jpeg", size: 4 };
const official = { name: "cifar10", source: "official", size: 32 };

type Config = Parameters<typeof loadDataset>[0];

/** Loads, and closes again; pixels as their checksum, which compares faster. */
async function load(config: Config, options?: Parameters<typeof loadDataset>[1]) {
  const { train, test, ...rest } = contentsAndClose(await loadDataset(config, options));
  const brief = ({ images, ...set }: typeof train) => ({
    ...set,
    sha256: createHash("sha256").update(images).digest("hex"),
  });
  return { ...rest, train: brief(train), test: brief(test) };
}

/** Loads, and says how many images were decoded for it. */
async function decodedBy(config: Config, location?: string) {
  let decoded = 0;
  const dataset = await load(config, { location, onProgress: () => decoded++ });
  return { dataset, decoded };
}

describe("the dataset cache", () => {
  test("decodes a folder once, for every form of it and without the folder too", async () => {
    await writeImageFolder(path("set"));
    const first = await decodedBy(pets, path("set"));
    expect(first.decoded).toBe(24);
    const small = { ...pets, size: 2, trainImages: 6 };
    for (const config of [pets, small, small]) expect((await decodedBy(config, path("set"))).decoded).toBe(0);
    rmSync(path("set"), { recursive: true });
    expect((await decodedBy(pets)).dataset).toEqual(first.dataset);
    expect((await decodedBy(small)).dataset).toMatchObject({
      height: 2,
      width: 2,
      train: { count: 6 },
      test: { count: 6 },
    });
    expect(cachedDatasets()).toEqual([{ name: "pets", source: "jpeg" }]);
  });

  test("decodes again when a file changed, and prepared forms follow", async () => {
    await writeImageFolder(path("set"));
    const small = { ...pets, size: 2 };
    const before = await decodedBy(small, path("set"));
    await writeImage(path("set", "train", "cat", "0.png"), 4, 4, [200, 200, 200]);
    utimesSync(path("set", "train", "cat", "0.png"), 1, 1);
    const after = await decodedBy(small, path("set"));
    expect(after.decoded).toBe(24);
    expect(after.dataset.checksum).not.toBe(before.dataset.checksum);
    expect((await decodedBy(small)).dataset.checksum).toBe(after.dataset.checksum);
  });

  test.each(["altered", "truncated", "emptied"])(
    "notices a packed file that was %s and makes it again",
    async (damage) => {
      await writeImageFolder(path("set"));
      const small = { ...pets, size: 2 };
      const sound = await load(small, { location: path("set") });
      const spoil = (file: string) => {
        const bytes = readFileSync(file);
        if (damage === "altered") bytes[bytes.length - 3]! ^= 1;
        writeFileSync(
          file,
          bytes.subarray(0, { altered: bytes.length, truncated: bytes.length - 1, emptied: 0 }[damage]),
        );
      };
      spoil(formPath(pets, 2));
      expect(await load(small)).toEqual(sound);
      spoil(formPath(pets, 2));
      spoil(packPath(pets));
      await expect(loadDataset(small)).rejects.toThrow(
        /damaged in the cache .*npm run dataset -- pets --from FOLDER/,
      );
      const again = await decodedBy(small, path("set"));
      expect(again.dataset).toEqual(sound);
      expect(again.decoded).toBe(24);
    },
  );

  test("leaves nothing behind when the images are broken", async () => {
    await writeImageFolder(path("set"));
    writeFileSync(path("set", "test", "owl", "1.png"), "broken");
    await expect(loadDataset(pets, { location: path("set") })).rejects.toThrow(UserError);
    expect(existsSync(packPath(pets))).toBe(false);
  });

  test("keeps images of various sizes at each size asked for", async () => {
    await writeImageFolder(path("set"));
    await writeImage(path("set", "train", "owl", "0.png"), 7, 5, [9, 9, 9]);
    const whole = { name: "pets", source: "jpeg" };
    await expect(loadDataset(whole, { location: path("set") })).rejects.toThrow(/Give a size/);
    const small = { ...whole, size: 3 };
    const first = await load(small, { location: path("set") });
    expect(first).toMatchObject({ height: 3, train: { count: 18 } });
    expect((await decodedBy(small, path("set"))).decoded).toBe(0);
    rmSync(path("set"), { recursive: true });
    expect(await load(small)).toEqual(first);
    await expect(loadDataset({ ...whole, size: 2 })).rejects.toThrow(
      /is in the cache for size 3 alone. Run `npm run dataset -- pets --from FOLDER`/,
    );
    expect(cachedDatasets()).toEqual([whole]);
  });

  test("says in one line that the cache cannot be written", async () => {
    await writeImageFolder(path("set"));
    writeFileSync(path("cache"), "a file where the folder should be");
    await expect(loadDataset(pets, { location: path("set") })).rejects.toThrow(
      /Could not write .*full.pack: part of the path is a file. .*FILTER_SPARSITY_CACHE/,
    );
  });
});

describe("loading a run's dataset", () => {
  test("official files from a folder or an archive, then from the cache", async () => {
    writeBinFiles(tinyArchives[0], path("bins"));
    writeArchive(path("packed"), "cifar-10-binary.tar.gz");
    expect(await detectSource(path("bins"))).toBe("official");
    expect(await detectSource(path("packed", "cifar-10-binary.tar.gz"))).toBe("official");
    const fromBins = await load(official, { location: path("bins") });
    expect(await load(official)).toEqual(fromBins);
    expect(await load(official, { location: path("packed") })).toEqual(fromBins);
    const { mtimeMs } = statSync(packPath(official));
    expect(await load({ ...official, size: 16, trainImages: 20 })).toMatchObject({
      source: "official",
      height: 16,
      train: { count: 20 },
    });
    expect(statSync(packPath(official)).mtimeMs).toBe(mtimeMs);
  });

  test("names the command when official files are not there", async () => {
    await expect(loadDataset(official)).rejects.toThrow(/not in the cache. Run `npm run dataset -- cifar10`/);
  });

  test.each([
    [
      "an image folder as official files",
      official,
      "set",
      /holds no CIFAR-10 binary files. For an image folder set dataset.source to "jpeg"/,
    ],
    [
      "official files as images",
      { ...official, source: "jpeg" },
      "bins",
      /holds official CIFAR-10 files.*Set dataset.source to "official"/,
    ],
    ["another dataset's files", { ...official, name: "cifar100" }, "bins", /holds CIFAR-10, not CIFAR-100/],
  ])("refuses %s", async (_, config, folder, message) => {
    await writeImageFolder(path("set"));
    writeBinFiles(tinyArchives[0], path("bins"));
    await expect(loadDataset(config, { location: path(folder) })).rejects.toThrow(message);
  });

  test.each([
    [{ name: "pets", source: "official", size: 32 }, /no official files here \(cifar10, cifar100 have\)/],
    [{ name: "cifar10", source: "builtin", size: 32 }, /"builtin" belongs to "synthetic" alone/],
    [{ name: "synthetic", source: "official", size: 16 }, /Set dataset.source to "builtin"/],
    [{ name: "synthetic", source: "builtin", size: 12 }, /no size 12: expected 8, 16, 32/],
  ])("refuses what cannot be before looking for it: %o", async (config, message) => {
    const failure = loadDataset(config);
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toThrow(UsageError);
  });

  test("chosen classes, validation images instead of the test images, wrong labels", async () => {
    await writeImageFolder(path("set"));
    const some = { classes: ["dog", "cat+owl"], trainImages: 4, validationImages: 4, labelNoise: 0.5 };
    const chosen = await load({ ...pets, ...some }, { location: path("set") });
    expect(chosen).toMatchObject({ classes: ["dog", "cat+owl"], train: { count: 4 }, test: { count: 4 } });
    const clean = await load({ ...pets, ...some, labelNoise: 0 });
    expect(chosen.train.sha256).toBe(clean.train.sha256);
    expect(chosen.test).toEqual(clean.test);
    expect(chosen.train.labels.filter((label, row) => label !== clean.train.labels[row])).toHaveLength(2);
    expect(chosen.checksum).not.toBe(clean.checksum);
  });

  test("a class that is not there is told before anything is decoded", async () => {
    await writeImageFolder(path("set"));
    writeBinFiles(tinyArchives[0], path("bins"));
    const onProgress = vi.fn();
    const refused = (config: Config, folder: string) =>
      expect(loadDataset(config, { location: path(folder), onProgress })).rejects;
    await refused({ ...pets, classes: ["cat", "dogg"] }, "set").toThrow(
      'Unknown class "dogg". Did you mean dog?',
    );
    await refused({ ...pets, trainImages: 20 }, "set").toThrow(/cannot be shared equally/);
    await refused({ ...official, classes: 11 }, "bins").toThrow(/has 10 classes, but the first 11/);
    expect(onProgress).not.toHaveBeenCalled();
  });

  test("an abort stops decoding", async () => {
    await writeImageFolder(path("set"));
    const signal = AbortSignal.abort();
    await expect(loadDataset(pets, { location: path("set"), signal })).rejects.toThrow(/abort/i);
  });
});
