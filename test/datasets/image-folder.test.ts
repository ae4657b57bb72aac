import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { scanImageFolder } from "../../lib/datasets/image-folder.js";
import { openPack } from "../../lib/datasets/pack.js";
import { packImageFolder } from "../../lib/datasets/pack-images.js";
import { writePack } from "../../lib/datasets/pack-writer.js";
import { detectSource } from "../../lib/datasets/sources.js";
import { contentsAndClose } from "./contents.js";
import { shade, writeImage, writeImageFolder } from "./images.js";
import { useTemporaryFolder } from "./temporary.js";

const { path } = useTemporaryFolder();
const read = async (size?: number, onNote?: (note: string) => void) => {
  const options = { name: "pets", source: "jpeg", size, onNote };
  await packImageFolder(scanImageFolder(path("set")), path("a.pack"), options);
  return contentsAndClose(openPack(path("a.pack"))!.dataset);
};

describe("image folders", () => {
  test("classes sorted, images in order of class and file, red, green and blue in this order", async () => {
    await writeImageFolder(path("set"));
    writeFileSync(path("set", "classes.tsv"), "other files are passed over");
    writeFileSync(path("set", "train", "cat", ".hidden.png"), "not an image");
    const { classes, train, test: held, height, width, channels } = await read();
    expect({ classes, height, width, channels }).toEqual({
      classes: ["cat", "dog", "owl"],
      height: 4,
      width: 4,
      channels: 3,
    });
    expect([...train.labels]).toEqual([0, 1, 2].flatMap((label) => Array<number>(6).fill(label)));
    expect([...held.labels]).toEqual([0, 0, 1, 1, 2, 2]);
    const fifthDog = train.images.subarray((6 + 4) * 48, (6 + 5) * 48);
    expect([...fifthDog]).toEqual(Array.from({ length: 48 }, (_, i) => shade(1, 4, i % 3)));
  });

  test("JPEG is decoded; gray and transparent images become RGB", async () => {
    await writeImageFolder(path("set"), { extension: "jpg", side: 8 });
    await writeImage(path("set", "train", "cat", "6.png"), 8, 8, [90]);
    await writeImage(path("set", "train", "cat", "7.png"), 8, 8, [10, 20, 30, 40]);
    const { train } = await read();
    const first = (image: number) => [...train.images.subarray(image * 192, image * 192 + 3)];
    expect(first(6)).toEqual([90, 90, 90]);
    expect(first(7)).toEqual([10, 20, 30]);
    first(8).forEach((value, channel) => {
      expect(Math.abs(value - shade(1, 0, channel))).toBeLessThanOrEqual(2);
    });
  });

  test("the origin changes with a file's size, and with a file more", async () => {
    await writeImageFolder(path("set"));
    const origins = [scanImageFolder(path("set")).origin, scanImageFolder(path("set")).origin];
    await writeImage(path("set", "test", "owl", "9.png"), 4, 4, [1, 2, 3]);
    origins.push(scanImageFolder(path("set")).origin);
    writeFileSync(path("set", "test", "owl", "9.png"), "longer than it was before".repeat(40));
    origins.push(scanImageFolder(path("set")).origin);
    expect(origins[0]).toBe(origins[1]);
    expect(new Set(origins).size).toBe(3);
  });

  test.each<[string, () => unknown, RegExp]>([
    [
      "a text as image",
      () => writeFileSync(path("set", "train", "dog", "3.png"), "text"),
      /Could not decode the image .*dog.3\.png: .*Replace it or remove it/,
    ],
    [
      "a truncated image",
      () => truncateSync(path("set", "test", "owl", "1.png"), 60),
      /Could not decode the image .*owl.1\.png/,
    ],
    [
      "an image of another size",
      () => writeImage(path("set", "train", "owl", "2.png"), 5, 5, [1, 2, 3]),
      /owl.2\.png is 5x5 pixels, but .*cat.0\.png is 4 wide.*--size/,
    ],
    [
      "an image that is not square",
      () => writeImage(path("set", "train", "cat", "0.png"), 6, 4, [1, 2, 3]),
      /cat.0\.png is 6x4 pixels.*only squares of one size.*npm run dataset -- pets --from FOLDER --size/,
    ],
    [
      "no test split",
      () => rmSync(path("set", "test"), { recursive: true }),
      /has no folder "test". Expected train\/<class>/,
    ],
    [
      "one class only",
      () => {
        for (const name of ["dog", "owl"]) rmSync(path("set", "train", name), { recursive: true });
      },
      /has only one class \("cat"\)/,
    ],
    [
      "a class without images",
      () => rmSync(path("set", "test", "dog"), { recursive: true }),
      /test lacks the class "dog"/,
    ],
    [
      "a class that only the test split has",
      () => mkdirSync(path("set", "test", "yak")),
      /train lacks the class "yak"/,
    ],
    [
      "an empty class",
      () => {
        for (const name of ["0", "1"]) rmSync(path("set", "test", "dog", `${name}.png`));
      },
      /test.dog has no image/,
    ],
  ])("%s is told with its place", async (_, damage, message) => {
    await writeImageFolder(path("set"));
    await damage();
    await expect(read()).rejects.toThrow(message);
  });
});

describe("images of various sizes", () => {
  test("the middle square of each is averaged to the size", async () => {
    await writeImageFolder(path("set"), { side: 6 });
    // 7 wide, 4 high: the columns 1 to 4 are kept. Red tells the column, green the line.
    const pixels = Buffer.from(
      Array.from({ length: 28 }, (_, i) => [10 * (i % 7), 10 * Math.floor(i / 7), 200]).flat(),
    );
    const wide = sharp(pixels, { raw: { width: 7, height: 4, channels: 3 } });
    await wide.clone().toFile(path("set", "train", "cat", "0.png"));
    // The same picture lying on its side, and a note to turn it.
    await wide
      .rotate(-90)
      .withExif({})
      .withMetadata({ orientation: 6 })
      .toFile(path("set", "train", "cat", "1.png"));
    const { train, height } = await read(2);
    expect(height).toBe(2);
    const expected = [15, 5, 200, 35, 5, 200, 15, 25, 200, 35, 25, 200];
    expect([...train.images.subarray(0, 12)]).toEqual(expected);
    expect([...train.images.subarray(12, 24)]).toEqual(expected);
    expect([...train.images.subarray(24, 27)]).toEqual([0, 1, 2].map((channel) => shade(0, 2, channel)));
  });

  test("an image smaller than the size is told", async () => {
    await writeImageFolder(path("set"), { side: 6 });
    await writeImage(path("set", "train", "cat", "3.png"), 9, 3, [1, 2, 3]);
    await expect(read(4)).rejects.toThrow(/cat.3\.png is 9x3 pixels: too small for size 4.*at most 3/);
  });
});

describe("files of all kinds", () => {
  const noisy = () => {
    const pixels = Buffer.from(Array.from({ length: 96 * 96 }, (_, i) => [i * 7, i * 3, i]).flat());
    return sharp(pixels, { raw: { width: 96, height: 96, channels: 3 } });
  };

  test("every format that the decoder reads is taken, from subfolders too", async () => {
    await writeImageFolder(path("set"), { splits: { train: 1, test: 1 } });
    const names = ["a.webp", "b.avif", "c.tif", "d.tiff", "e.gif", "f.JPE", "deep/er/g.jfif", "deep/h.png"];
    const color = [200, 100, 50];
    for (const name of names) {
      const pixels = Buffer.from(Array.from({ length: 16 }, () => color).flat());
      const image = sharp(pixels, { raw: { width: 4, height: 4, channels: 3 } });
      const format = /jpe|jfif/i.test(name) ? "jpeg" : /tif/.test(name) ? "tiff" : name.split(".").at(-1)!;
      mkdirSync(dirname(path("set", "train", "cat", name)), { recursive: true });
      const bytes = await image.toFormat(format as "webp", { quality: 100, lossless: true }).toBuffer();
      writeFileSync(path("set", "train", "cat", name), bytes);
    }
    const { notes, train: files } = scanImageFolder(path("set"));
    expect(notes).toEqual([]);
    expect(files.filter(({ label }) => label === 0).map((file) => file.path.split("/cat/")[1])).toEqual(
      ["0.png", ...names].sort(),
    );
    const { train } = await read();
    for (let image = 1; image < 1 + names.length; image++)
      for (const [channel, value] of color.entries())
        expect(Math.abs(train.images[image * 48 + channel]! - value)).toBeLessThanOrEqual(4);
  });

  test("what is left out is counted, by folder and reason, and refuses nothing", async () => {
    await writeImageFolder(path("set"));
    const own = (...parts: string[]) => path("set", ...parts);
    for (const name of ["a.bmp", "b.BMP", "c.heic", "notes"]) writeFileSync(own("train", "cat", name), "x");
    await writeImage(own("test", "loose.png"), 4, 4, [1, 2, 3]);
    symlinkSync("itself", own("train", "dog", "itself"));
    symlinkSync("/no/where.png", own("train", "dog", "gone.png"));
    symlinkSync("..", own("train", "dog", "above"));
    symlinkSync(own("train"), own("train", "owl", "loop"));
    symlinkSync("around", own("test", "around"));
    execFileSync("mkfifo", [own("train", "owl", "pipe.png")]);
    writeFileSync(Buffer.concat([Buffer.from(`${own("train", "owl")}/`), Buffer.from([0xff, 0xfe])]), "x");
    mkdirSync(Buffer.concat([Buffer.from(`${own("test")}/`), Buffer.from([0xe9])]));
    const { notes, train } = scanImageFolder(path("set"));
    expect(train).toHaveLength(18);
    expect(notes).toEqual(
      [
        "left out in test: 1 link that leads nowhere, 1 name that is no UTF-8, 1 image outside the class folders",
        "left out in train/cat: 2 files ending in .bmp, 1 file ending in .heic, 1 file without an ending",
        "left out in train/dog: 2 links that lead nowhere, 1 link to a folder above itself",
        "left out in train/owl: 1 pipe, socket or device, 1 name that is no UTF-8, 1 link to a folder above itself",
      ].map((line) => expect.stringMatching(new RegExp(`^${line.split(": ")[0]}: `))),
    );
    for (const part of ["2 files ending in .bmp", "1 file ending in .heic", "1 file without an ending"])
      expect(notes[1]).toMatch(part);
    expect(notes[2]).toMatch("2 links that lead nowhere");
    expect(notes[2]).toMatch("1 link to a folder above itself");
    for (const part of [
      "1 pipe, socket or device",
      "1 name that is no UTF-8",
      "1 link to a folder above itself",
    ])
      expect(notes[3]).toMatch(part);
    for (const part of [
      "1 link that leads nowhere",
      "1 name that is no UTF-8",
      "1 image outside the class folders",
    ])
      expect(notes[0]).toMatch(part);
  });

  test("many folders are told in a few lines", async () => {
    const classes = Array.from({ length: 15 }, (_, i) => `c${i + 10}`);
    await writeImageFolder(path("set"), { classes, splits: { train: 1, test: 1 } });
    for (const name of classes) writeFileSync(path("set", "train", name, "boxes.txt"), "x");
    const { notes } = scanImageFolder(path("set"));
    expect(notes).toHaveLength(11);
    expect(notes.at(-1)).toBe("left out in 5 more folders: 5 files ending in .txt");
  });

  test("a JPEG with bytes too many is decoded as it is without them, and told", async () => {
    await writeImageFolder(path("set"), { side: 96, splits: { train: 2, test: 1 } });
    const sound = await noisy().jpeg({ progressive: true }).toBuffer();
    const secondScan = sound.indexOf(Buffer.from([0xff, 0xda]), sound.indexOf(Buffer.from([0xff, 0xda])) + 2);
    const table = sound.lastIndexOf(Buffer.from([0xff, 0xc4]), secondScan);
    const junk = Buffer.concat([sound.subarray(0, table), Buffer.alloc(40, 0x55), sound.subarray(table)]);
    writeFileSync(path("set", "train", "cat", "0.png"), sound);
    writeFileSync(path("set", "train", "cat", "1.png"), junk);
    const notes: string[] = [];
    const { train } = await read(undefined, (note) => notes.push(note));
    const image = (index: number) => train.images.subarray(index * 96 * 96 * 3, (index + 1) * 96 * 96 * 3);
    expect(Buffer.compare(image(0), image(1))).toBe(0);
    expect(notes).toEqual([
      expect.stringMatching(/^1 image was decoded although .*cat.1\.png \(.*\d+ extraneous bytes.*\)$/),
    ]);
  });

  test.each(["jpeg", "png", "webp", "avif", "tiff", "gif"] as const)(
    "a truncated %s is refused",
    async (format) => {
      await writeImageFolder(path("set"), { side: 96, splits: { train: 2, test: 1 } });
      const bytes = await noisy().toFormat(format).toBuffer();
      for (const share of [0.3, 0.6, 0.9]) {
        writeFileSync(
          path("set", "train", "owl", "1.png"),
          bytes.subarray(0, Math.floor(share * bytes.length)),
        );
        await expect(read()).rejects.toThrow(/Could not decode the image .*owl.1\.png/);
      }
    },
  );

  test("a JPEG that lacks pixels and has a proper end is refused", async () => {
    await writeImageFolder(path("set"), {
      side: 600,
      splits: { train: 1, test: 1 },
      classes: ["cat", "dog"],
    });
    const pixels = Buffer.from(Array.from({ length: 600 * 600 }, (_, i) => [i * 7, i * 3, i]).flat());
    const bytes = await sharp(pixels, { raw: { width: 600, height: 600, channels: 3 } })
      .jpeg()
      .toBuffer();
    const half = Buffer.concat([bytes.subarray(0, bytes.length >> 1), Buffer.from([0xff, 0xd9])]);
    writeFileSync(path("set", "train", "dog", "0.png"), half);
    await expect(read()).rejects.toThrow(/Could not decode the image .*dog.0\.png.*premature end/);
  });

  /** A gray TIFF of 4x4 pixels of 32-bit floating point, all 0.5: the header, one directory, the pixels. */
  function floatTiff(): Buffer {
    const tags = [
      [256, 4],
      [257, 4],
      [258, 32],
      [259, 1],
      [262, 1],
      [273, 134],
      [277, 1],
      [278, 4],
      [279, 64],
      [339, 3],
    ] as const;
    const bytes = Buffer.alloc(134 + 64);
    bytes.write("II*\0", "latin1");
    bytes.writeUInt32LE(8, 4);
    bytes.writeUInt16LE(tags.length, 8);
    for (const [index, [tag, value]] of tags.entries()) {
      bytes.writeUInt16LE(tag, 10 + 12 * index);
      bytes.writeUInt16LE(4, 12 + 12 * index);
      bytes.writeUInt32LE(1, 14 + 12 * index);
      bytes.writeUInt32LE(value, 18 + 12 * index);
    }
    for (let pixel = 0; pixel < 16; pixel++) bytes.writeFloatLE(0.5, 134 + 4 * pixel);
    return bytes;
  }

  test("TIFF of fractions, whose white nobody knows, is refused", async () => {
    await writeImageFolder(path("set"), { splits: { train: 1, test: 1 } });
    writeFileSync(path("set", "train", "cat", "1.tif"), floatTiff());
    await expect(read()).rejects.toThrow(/cat.1\.tif: its pixels are numbers of kind "float"/);
  });

  test("all damaged images are told at once", async () => {
    await writeImageFolder(path("set"));
    for (const name of ["train/cat/0", "train/dog/3", "test/owl/1"])
      truncateSync(path("set", ...`${name}.png`.split("/")), 60);
    const error = await read().catch((thrown: Error) => thrown as unknown as { message: string });
    expect(error).toMatchObject({ message: expect.stringMatching(/^3 of 24 images cannot be used\. /) });
    for (const name of ["train/cat/0", "train/dog/3", "test/owl/1"])
      expect((error as { message: string }).message).toMatch(path("set", ...`${name}.png`.split("/")));
    await expect(read(3)).rejects.toThrow(/^3 of 24 images/);
    await expect(read(5)).rejects.toThrow(/^24 of 24 images cannot be used\. .*too small for size 5/);
  });
});

describe("names of classes", () => {
  test("are the same class composed and decomposed, also twice in a split", async () => {
    await writeImageFolder(path("set"), { classes: ["caf\u00e9", "dog"], splits: { train: 2 } });
    await writeImageFolder(path("set"), { classes: ["cafe\u0301", "dog"], splits: { train: 1, test: 1 } });
    writeFileSync(path("set", "words.txt"), "cafe\u0301\tcoffee\n");
    const { classes, train, test: held } = scanImageFolder(path("set"));
    expect(classes).toEqual(["coffee", "dog"]);
    expect(train.map(({ label }) => label)).toEqual([0, 0, 0, 1, 1]);
    expect(held.map(({ label }) => label)).toEqual([0, 1]);
    rmSync(path("set", "words.txt"));
    expect(scanImageFolder(path("set")).classes).toEqual(["caf\u00e9", "dog"]);
  });

  test.each(["words.txt", "classes.tsv"])(
    "are the folders' where %s is a pipe, which never ends",
    async (table) => {
      await writeImageFolder(path("set"));
      execFileSync("mkfifo", [path("set", table)]);
      expect(scanImageFolder(path("set")).classes).toEqual(["cat", "dog", "owl"]);
    },
  );

  test("may be over a megabyte together", () => {
    const classes = Array.from({ length: 6000 }, (_, i) => `${i}-`.padEnd(240, "n"));
    const parts = { name: "pets", source: "jpeg", classes, height: 1, width: 1, channels: 3, origin: "" };
    return writePack(path("a.pack"), { ...parts, trainCount: 1, testCount: 1 }, (writer) => {
      for (const split of ["train", "test"] as const) writer.put(split, 0, Uint8Array.of(1, 2, 3), [0]);
    }).then(() => {
      const { dataset } = openPack(path("a.pack"))!;
      expect(contentsAndClose(dataset).classes).toEqual(classes);
    });
  });

  test("are the first meanings in words.txt, where they are one class's alone", async () => {
    await writeImageFolder(path("set"), { classes: ["n1", "n2", "n3", "n4"] });
    writeFileSync(path("set", "words.txt"), "n1\tgoldfish, Carassius\nn2\tcrane\nn3\tcrane, a bird\n");
    expect(scanImageFolder(path("set")).classes).toEqual(["goldfish", "n2", "n3", "n4"]);
  });

  test("a folder val/ stands in where there is no test/", async () => {
    await writeImageFolder(path("set"), { splits: { train: 3, val: 1 } });
    expect((await read()).test.count).toBe(3);
  });
});

describe("Tiny ImageNet as it is published", () => {
  const wnids = ["n01", "n02"];
  async function writeTinyImageNet() {
    const lines: string[] = [];
    for (const [label, wnid] of wnids.entries()) {
      for (const index of [0, 1]) {
        await writeImage(path("tiny", "train", wnid, "images", `${wnid}_${index}.JPEG`), 4, 4, [
          100 * label,
          0,
          0,
        ]);
      }
      const file = `val_${1 - label}.JPEG`;
      await writeImage(path("tiny", "val", "images", file), 4, 4, [0, 100 * label, 0]);
      lines.push(`${file}\t${wnid}\t0\t0\t62\t62`);
    }
    writeFileSync(path("tiny", "val", "val_annotations.txt"), `${lines.reverse().join("\n")}\n`);
    writeFileSync(path("tiny", "words.txt"), "n01\tgoldfish, Carassius auratus\nn02\tbullfrog\n");
    await writeImage(path("tiny", "test", "images", "test_0.JPEG"), 4, 4, [1, 1, 1]);
  }

  test("labels of the validation images come from the annotations", async () => {
    await writeTinyImageNet();
    expect(await detectSource(path("tiny"))).toBe("jpeg");
    const { classes, train, test: held } = scanImageFolder(path("tiny"));
    expect(classes).toEqual(["goldfish", "bullfrog"]);
    expect(train.map(({ label }) => label)).toEqual([0, 0, 1, 1]);
    expect(held).toEqual([
      { path: path("tiny", "val", "images", "val_1.JPEG"), label: 0 },
      { path: path("tiny", "val", "images", "val_0.JPEG"), label: 1 },
    ]);
  });

  test.each<[string, () => void, RegExp]>([
    [
      "a missing image",
      () => rmSync(path("tiny", "val", "images", "val_0.JPEG")),
      /val_0.JPEG is missing, but .*val_annotations.txt names it/,
    ],
    [
      "a line without a class",
      () => writeFileSync(path("tiny", "val", "val_annotations.txt"), "val_0.JPEG\n"),
      /val_annotations.txt is damaged: line 1 has no file and class/,
    ],
    [
      "a class without its folder of images",
      () => rmSync(path("tiny", "train", "n02", "images"), { recursive: true }),
      /Could not read the image folder .*n02/,
    ],
  ])("%s is told", async (_, damage, message) => {
    await writeTinyImageNet();
    damage();
    expect(() => scanImageFolder(path("tiny"))).toThrow(message);
  });
});

describe("detectSource", () => {
  test("tells image folders from nothing and from something else", async () => {
    await writeImageFolder(path("set"));
    mkdirSync(path("empty"));
    expect(await detectSource(path("set"))).toBe("jpeg");
    await expect(detectSource(path("empty"))).rejects.toThrow(/is empty. Expected the CIFAR binary files/);
    await expect(detectSource(path("nowhere"))).rejects.toThrow(/does not exist/);
    await expect(detectSource(path("set", "train"))).rejects.toThrow(/holds no dataset/);
  });
});
