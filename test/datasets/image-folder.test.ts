import { mkdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { scanImageFolder } from "../../lib/datasets/image-folder.js";
import { openPack } from "../../lib/datasets/pack.js";
import { packImageFolder } from "../../lib/datasets/pack-images.js";
import { detectSource } from "../../lib/datasets/sources.js";
import { contentsAndClose } from "./contents.js";
import { shade, writeImage, writeImageFolder } from "./images.js";
import { useTemporaryFolder } from "./temporary.js";

const { path } = useTemporaryFolder();
const read = async (size?: number) => {
  await packImageFolder(scanImageFolder(path("set")), path("a.pack"), { name: "pets", source: "jpeg", size });
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
    const { default: sharp } = await import("sharp");
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

describe("names of classes", () => {
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
