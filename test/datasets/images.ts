import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import sharp from "sharp";

export interface FolderOptions {
  classes?: string[];
  splits?: Record<string, number>;
  side?: number;
  extension?: "png" | "jpg";
}

/** Value of a channel of the evenly colored image `index` of class `label`. */
export const shade = (label: number, index: number, channel: number): number =>
  40 * label + 8 * index + channel;

/** Writes an image folder: `splits` gives the images of each class; every image is evenly colored. */
export async function writeImageFolder(
  folder: string,
  {
    classes = ["cat", "dog", "owl"],
    splits = { train: 6, test: 2 },
    side = 4,
    extension = "png",
  }: FolderOptions = {},
): Promise<void> {
  for (const [split, count] of Object.entries(splits)) {
    for (const [label, name] of classes.entries()) {
      for (let index = 0; index < count; index++) {
        const color = [0, 1, 2].map((channel) => shade(label, index, channel));
        await writeImage(join(folder, split, name, `${index}.${extension}`), side, side, color);
      }
    }
  }
}

export async function writeImage(
  path: string,
  width: number,
  height: number,
  color: number[],
): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const pixels = Buffer.from(Array.from({ length: width * height }, () => color).flat());
  const channels = color.length as 1 | 3 | 4;
  await sharp(pixels, { raw: { width, height, channels } }).toFile(path);
}
