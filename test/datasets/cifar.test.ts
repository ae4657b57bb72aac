import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { packCifar } from "../../lib/datasets/cifar.js";
import { findCifar } from "../../lib/datasets/find-cifar.js";
import { otherVersions } from "../../lib/datasets/other-versions.js";
import { openPack } from "../../lib/datasets/pack.js";
import { detectSource, openFiles } from "../../lib/datasets/sources.js";
import { contentsAndClose } from "./contents.js";
import { useTemporaryFolder } from "./temporary.js";
import { binBytes, contents, pixel, tinyArchives, writeArchive, writeBinFiles } from "./tiny-cifar.js";

vi.mock("../../lib/datasets/cifar-archives.js", async () =>
  (await import("./tiny-cifar.js")).mockedArchives(),
);

const [ten, hundred] = tinyArchives;
const { path } = useTemporaryFolder();

const read = async (location: string) => {
  await packCifar((await findCifar(location))!, path("a.pack"));
  return contentsAndClose(openPack(path("a.pack"))!.dataset);
};

describe("official CIFAR files", () => {
  test("planes become interleaved channels; labels and order are kept over the batch files", async () => {
    writeBinFiles(ten, path("bins"));
    const { train, test: held, source, classes, height, width, channels } = await read(path("bins"));
    expect({ source, classes: classes.length, height, width, channels }).toEqual({
      source: "official",
      classes: 10,
      height: 32,
      width: 32,
      channels: 3,
    });
    expect([train.count, held.count]).toEqual([40, 20]);
    expect([...train.labels.slice(0, 12)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
    for (const [image, place] of [
      [0, 0],
      [21, 33],
      [39, 1023],
    ] as const) {
      const rgb = [...train.images.subarray(image * 3072 + place * 3, image * 3072 + place * 3 + 3)];
      expect(rgb).toEqual([0, 1, 2].map((channel) => pixel(image, channel * 1024 + place)));
    }
  });

  test("CIFAR-100's class is the second label byte", async () => {
    writeBinFiles(hundred, path("bins"));
    const { train } = await read(path("bins"));
    expect([...train.labels.slice(97, 102)]).toEqual([97, 98, 99, 0, 1]);
  });

  test("a folder, the archive's folder in it, the archive in it and the archive itself are the same data", async () => {
    writeBinFiles(ten, path("bins"));
    writeBinFiles(ten, path("above", ten.folder));
    writeArchive(path("packed"), "cifar-10-binary.tar.gz");
    const locations = [path("bins"), path("above"), path("packed"), path("packed", ten.archive.name)];
    const checksums = await Promise.all(locations.map(async (location) => (await read(location)).checksum));
    expect(new Set(checksums).size).toBe(1);
  });

  test("a renamed archive is known by its checksum, given itself or in a folder", async () => {
    writeArchive(path("packed"), "cifar-10-binary.tar.gz");
    renameSync(path("packed", ten.archive.name), path("packed", "download(1)"));
    writeFileSync(path("packed", "as-long"), Buffer.alloc(ten.archive.bytes));
    for (const location of [path("packed"), path("packed", "download(1)")])
      expect((await read(location)).train.count).toBe(40);
    expect(await findCifar(path("packed", "as-long"))).toBeUndefined();
  });

  test.each([
    [
      "cifar-10-python.tar.gz",
      [],
      /is the Python \(pickled\) version of CIFAR-10, .*Take .*cifar-10-binary.tar.gz/,
    ],
    ["cifar-100-matlab.tar.gz", [], /is the MATLAB version of CIFAR-100, .*npm run dataset -- cifar100/],
    ["cifar-10-batches-py", ["batches.meta", "data_batch_1"], /Python \(pickled\) version of CIFAR-10/],
    ["cifar-10-batches-mat", ["batches.meta.mat", "data_batch_1.mat"], /MATLAB version of CIFAR-10/],
    ["cifar-100-python", ["meta", "train", "test"], /Python \(pickled\) version of CIFAR-100/],
    ["cifar-100-matlab", ["meta.mat", "train.mat", "test.mat"], /MATLAB version of CIFAR-100/],
  ] as [string, string[], RegExp][])(
    "%s %j is named, with what to take instead",
    async (name, files, message) => {
      mkdirSync(path("given", ...(files.length > 0 ? [name] : [])), { recursive: true });
      if (files.length === 0) writeFileSync(path("given", name), "not looked at");
      for (const file of files) writeFileSync(path("given", name, file), "x");
      for (const location of [path("given"), path("given", name)]) {
        await expect(detectSource(location)).rejects.toThrow(message);
        const which = { name: "cifar10", source: "official" };
        await expect(openFiles(which, location)).rejects.toThrow(message);
      }
    },
  );

  test("another version's archive is known by its checksum, whatever its name", async () => {
    const bytes = Buffer.alloc(100e6, 7);
    const archive = { name: "cifar-10-python.tar.gz", md5: createHash("md5").update(bytes).digest("hex") };
    vi.spyOn(otherVersions[0]!, "archive", "get").mockReturnValue(archive);
    mkdirSync(path("given"));
    writeFileSync(path("given", "images.tgz"), bytes);
    await expect(detectSource(path("given"))).rejects.toThrow(/images.tgz is the Python \(pickled\) version/);
    vi.restoreAllMocks();
  });

  test("reading an archive writes nothing, whatever its entries are called", async () => {
    writeArchive(path("packed"), "cifar-10-binary.tar.gz");
    await read(path("packed"));
    expect(readdirSync(path("packed"))).toEqual([ten.archive.name]);
    expect(existsSync(path("escaped.bin"))).toBe(false);
  });

  const bin = () => path("bins", "data_batch_2.bin");
  test.each([
    [
      "truncated",
      () => writeFileSync(bin(), readFileSync(bin()).subarray(0, 5000)),
      /data_batch_2.bin is truncated: 5000 bytes, expected 61460/,
    ],
    ["too long", () => writeFileSync(bin(), Buffer.alloc(61461)), /data_batch_2.bin is too long/],
    [
      "a label out of range",
      () => writeFileSync(bin(), binBytes({ records: 20, labelBytes: 1, classes: 12 })),
      /data_batch_2.bin is altered: image 10 has label 10, expected 0 to 9/,
    ],
    [
      "one changed pixel",
      () => {
        const bytes = Buffer.from(contents.get("data_batch_2.bin")!);
        bytes[1000]! ^= 1;
        writeFileSync(bin(), bytes);
      },
      /data_batch_2.bin is not the published file: its MD5/,
    ],
    [
      "a missing file",
      () => rmSync(bin()),
      /Could not read .*data_batch_2.bin.*Expected the CIFAR-10 binary files/,
    ],
  ])("%s is told with the file's name", async (_, damage, message) => {
    writeBinFiles(ten, path("bins"));
    damage();
    await expect(read(path("bins"))).rejects.toThrow(message);
  });

  test("a truncated or altered archive is refused before it is unpacked", async () => {
    mkdirSync(path("packed"));
    const bytes = Buffer.from(contents.get(ten.archive.name)!);
    bytes[bytes.length >> 1]! ^= 1;
    for (const broken of [bytes, contents.get(ten.archive.name)!.subarray(0, 999)]) {
      writeFileSync(path("packed", ten.archive.name), broken);
      await expect(read(path("packed"))).rejects.toThrow(
        /truncated or altered: its MD5.*npm run dataset -- cifar10/,
      );
    }
  });
});
