import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { messageOf, UserError } from "../errors.js";
import type { DatasetWorkOptions } from "./dataset.js";
import type { ImageFile, ImageFolder } from "./image-folder.js";
import { writePack } from "./pack-writer.js";
import { centerAverage } from "./resize.js";

const channels = 3;

/** No photograph is larger; a damaged header may say so. */
const mostPixels = 1 << 28;

export interface PackImagesOptions extends DatasetWorkOptions {
  name: string;
  source: string;
  /**
   * Side of the packed images, pixels: the middle square of each is averaged down to it. Default: the images' own,
   * which then have to be squares of one size.
   */
  size?: number | undefined;
}

/** Images of a folder are not squares of one size: they can only be packed with a `size`. */
export class VariousSizesError extends UserError {}

/**
 * Decodes every image of a folder to RGB, upright, and packs them into the file `to`: [count, side, side, 3], in the
 * order of class and file name.
 *
 * @throws UserError naming an image that is broken, or smaller than `size`
 * @throws VariousSizesError without a `size`, for images that are not squares of one size
 */
export async function packImageFolder(
  { classes, train, test, origin }: ImageFolder,
  to: string,
  { name, source, size, onProgress, signal }: PackImagesOptions,
): Promise<void> {
  const decode = await openDecoder();
  const first = train[0]!;
  const side = size ?? (await decode(first.path)).width;
  const pixelsOf = async ({ path }: ImageFile): Promise<Uint8Array> => {
    const { data, width, height } = await decode(path);
    if (size === undefined) {
      if (width === side && height === side) return data;
      throw new VariousSizesError(
        `${path} is ${width}x${height} pixels, but ${first.path} is ${side} wide: only squares of one size can be packed as they are. Give a size, e.g. \`npm run dataset -- ${name} --from FOLDER --size 64\`: the middle of every image is then averaged down to it.`,
      );
    }
    if (Math.min(width, height) >= size) return centerAverage(data, { width, height, size, channels });
    throw new UserError(
      `${path} is ${width}x${height} pixels: too small for size ${size}. Set dataset.size to at most ${Math.min(width, height)}, or remove it.`,
    );
  };
  const shape = { height: side, width: side, channels };
  const counts = { trainCount: train.length, testCount: test.length };
  const total = train.length + test.length;
  let done = 0;
  await writePack(to, { name, source, classes, ...shape, ...counts, origin }, async (writer) => {
    for (const [split, files] of [["train", train] as const, ["test", test] as const]) {
      await inParallel(files.length, async (index) => {
        signal?.throwIfAborted();
        const file = files[index]!;
        writer.put(split, index, await pixelsOf(file), [file.label]);
        onProgress?.({ phase: "decode", done: ++done, total });
      });
    }
  });
}

/** Loads the decoder only where it is needed: it costs 0.1 s and a native library. */
async function openDecoder() {
  const { default: sharp } = await import("sharp");
  return async (path: string) => {
    try {
      // Small files: reading them here costs a quarter less than letting the decoder open each.
      const image = sharp(readFileSync(path), { limitInputPixels: mostPixels }).autoOrient();
      const pixels = image.removeAlpha().toColourspace("srgb").raw({ depth: "uchar" });
      const { data, info } = await pixels.toBuffer({ resolveWithObject: true });
      return { data, width: info.width, height: info.height };
    } catch (cause) {
      throw new UserError(
        `Could not decode the image ${path}: ${messageOf(cause)}. Replace it or remove it.`,
        { cause },
      );
    }
  };
}

/** Runs `work` for 0 to count-1, a few at a time; the first error stops it. */
async function inParallel(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    try {
      while (next < count) await work(next++);
    } catch (error) {
      next = count;
      throw error;
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: 2 * availableParallelism() }, worker));
  // Only when all have ended: none may write to a file that is closed.
  const failed = workers.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
}
