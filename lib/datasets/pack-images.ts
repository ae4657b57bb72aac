import { availableParallelism } from "node:os";
import { UserError } from "../errors.js";
import { Damaged } from "./damaged.js";
import type { DatasetWorkOptions } from "./dataset.js";
import { type Decoder, openDecoder, type Picture } from "./decode.js";
import type { ImageFile, ImageFolder } from "./image-folder.js";
import { writePack } from "./pack-writer.js";
import { centerAverage } from "./resize.js";

const channels = 3;

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
 * @throws UserError naming every image that is broken, or smaller than `size`
 * @throws VariousSizesError without a `size`, for images that are not squares of one size
 */
export async function packImageFolder(
  { classes, train, test, origin }: ImageFolder,
  to: string,
  { name, source, size, onProgress, onNote, signal }: PackImagesOptions,
): Promise<void> {
  const decoder = await openDecoder();
  const all = [...train, ...test];
  const first = size === undefined ? await firstSound(all, decoder) : undefined;
  const side = size ?? first?.width ?? 1;
  const squareOf = ({ path }: ImageFile, { data, width, height }: Picture): Uint8Array => {
    if (size === undefined) {
      if (width === side && height === side) return data;
      throw new VariousSizesError(
        `${path} is ${width}x${height} pixels, but ${first!.path} is ${side} wide: only squares of one size can be packed as they are. Give a size, e.g. \`npm run dataset -- ${name} --from FOLDER --size 64\`: the middle of every image is then averaged down to it.`,
      );
    }
    if (Math.min(width, height) >= size) return centerAverage(data, { width, height, size, channels });
    throw new UserError(
      `${path} is ${width}x${height} pixels: too small for size ${size}. Set dataset.size to at most ${Math.min(width, height)}, or remove it.`,
    );
  };
  const shape = { height: side, width: side, channels };
  const counts = { trainCount: train.length, testCount: test.length };
  const damaged = new Damaged();
  const warned: string[] = [];
  const doubtful: number[] = [];
  let done = 0;
  await writePack(to, { name, source, classes, ...shape, ...counts, origin }, async (writer) => {
    const put = (index: number, picture: Picture) => {
      const file = all[index]!;
      const [split, place] =
        index < train.length ? (["train", index] as const) : (["test", index - train.length] as const);
      try {
        const pixels = squareOf(file, picture);
        if (damaged.count === 0) writer.put(split, place, pixels, [file.label]);
      } catch (error) {
        if (error instanceof VariousSizesError) throw error;
        damaged.add(error);
      }
    };
    await inParallel(all.length, async (index) => {
      signal?.throwIfAborted();
      const picture = await decoder.strict(all[index]!.path).catch(() => undefined);
      if (picture) put(index, picture);
      else doubtful.push(index);
      onProgress?.({ phase: "decode", done: ++done, total: all.length });
    });
    for (const index of doubtful) {
      signal?.throwIfAborted();
      const { path } = all[index]!;
      try {
        const { picture, warning } = await decoder.lenient(path);
        if (warning !== undefined) warned.push(`${path} (${warning})`);
        put(index, picture);
      } catch (error) {
        if (error instanceof VariousSizesError) throw error;
        damaged.add(error);
      }
    }
    damaged.refuse(all.length);
  });
  if (warned.length > 0) onNote?.(describeWarned(warned.sort()));
}

const describeWarned = (warned: readonly string[]): string => {
  const more = warned.length > 3 ? `, and ${warned.length - 3} more` : "";
  const count = warned.length === 1 ? "1 image was" : `${warned.length} images were`;
  return `${count} decoded although a part is not as it should be: ${warned.slice(0, 3).join(", ")}${more}`;
};

/** Width and path of the first image that can be decoded, which the others are to be like. */
async function firstSound(
  files: readonly ImageFile[],
  decoder: Decoder,
): Promise<{ path: string; width: number } | undefined> {
  for (const { path } of files) {
    const found = await decoder.lenient(path).catch(() => undefined);
    if (found) return { path, width: found.picture.width };
  }
  return undefined;
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
