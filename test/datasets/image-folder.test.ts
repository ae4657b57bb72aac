import { mkdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { packImageFolder, scanImageFolder } from "../../lib/datasets/image-folder.js";
import { openPack } from "../../lib/datasets/pack.js";
import { detectSource } from "../../lib/datasets/sources.js";
import { contentsAndClose } from "./contents.js";
import { shade, writeImage, writeImageFolder } from "./images.js";
import { useTemporaryFolder } from "./temporary.js";

const { path } = useTemporaryFolder();
const read = async () => {
  await packImageFolder(scanImageFolder(path("set")), path("a.pack"), { name: "pets", source: "jpeg" });
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
      /owl.2\.png is 5x5 pixels, but .*cat.0\.png is 4x4/,
    ],
    [
      "an image that is not square",
      () => writeImage(path("set", "train", "cat", "0.png"), 6, 4, [1, 2, 3]),
      /cat.0\.png is 6x4 pixels. Expected square/,
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
