import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { messageOf, UserError } from "../errors.js";
import type { DatasetWorkOptions } from "./dataset.js";
import { writePack } from "./pack-writer.js";

const splits = ["train", "test"] as const;
const imageName = /\.(jpe?g|png)$/i;
const layout = "Expected train/<class>/ and test/<class>/ with .jpg, .jpeg or .png images";
const channels = 3;

/** The images below a folder `<split>/<class>/`, not yet read. */
export interface ImageFolder {
  location: string;
  /** Sorted; a label is an index into it. */
  classes: string[];
  train: { path: string; label: number }[];
  test: { path: string; label: number }[];
  /** Changes whenever a file appears, disappears or changes its size or date. */
  origin: string;
}

/** Whether a folder is laid out as `train/` or `test/` (one may be missing by mistake). */
export function looksLikeImageFolder(location: string): boolean {
  return splits.some((split) => statSync(join(location, split), { throwIfNoEntry: false })?.isDirectory());
}

/**
 * Lists an image folder. Hidden files and files that are not images are passed over.
 *
 * @throws UserError for a missing split, fewer than two classes, differing classes, a class without images
 */
export function scanImageFolder(location: string): ImageFolder {
  const hash = createHash("sha256");
  const classesOf = (split: string) => {
    const folder = join(location, split);
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
      throw new UserError(`${location} has no folder "${split}". ${layout}.`);
    }
    return entries(folder, "folder");
  };
  const classes = classesOf("train");
  const testClasses = classesOf("test");
  if (classes.length < 2) {
    const found = classes.length === 0 ? "no class folder" : `only one class ("${classes[0]}")`;
    throw new UserError(`${join(location, "train")} has ${found}: two or more are needed. ${layout}.`);
  }
  for (const [having, lacking, split] of [
    [classes, testClasses, "test"],
    [testClasses, classes, "train"],
  ] as const) {
    const absent = having.filter((name) => !lacking.includes(name));
    if (absent.length === 0) continue;
    throw new UserError(
      `${join(location, split)} lacks the class "${absent[0]}"${absent.length > 1 ? ` and ${absent.length - 1} more` : ""} that the other split has. ${layout}, the same classes in both.`,
    );
  }
  const list = (split: string) =>
    classes.flatMap((name, label) => {
      const folder = join(location, split, name);
      const files = entries(folder, "file").filter((file) => imageName.test(file));
      if (files.length === 0) throw new UserError(`${folder} has no image. ${layout}.`);
      return files.map((file) => {
        const path = join(folder, file);
        const { size, mtimeMs } = statSync(path);
        hash.update(`${split}/${name}/${file} ${size} ${mtimeMs}\n`);
        return { path, label };
      });
    });
  return { location, classes, train: list("train"), test: list("test"), origin: hash.digest("hex") };
}

/**
 * Decodes every image of a folder to RGB and packs them into the file `to`: [count, side, side, 3], in the order of
 * class and file name.
 *
 * @throws UserError naming an image that is broken, not square or of another size than the first
 */
export async function packImageFolder(
  { classes, train, test, origin }: ImageFolder,
  to: string,
  { name, source, onProgress, signal }: { name: string; source: string } & DatasetWorkOptions,
): Promise<void> {
  const decode = await openDecoder();
  const first = train[0]!;
  const { width: side, height } = await decode(first.path);
  if (side !== height) {
    throw new UserError(
      `${first.path} is ${side}x${height} pixels. Expected square images, all of one size: crop or scale them first.`,
    );
  }
  const shape = { height: side, width: side, channels };
  const counts = { trainCount: train.length, testCount: test.length };
  const total = train.length + test.length;
  let done = 0;
  await writePack(to, { name, source, classes, ...shape, ...counts, origin }, async (writer) => {
    for (const [split, files] of [["train", train] as const, ["test", test] as const]) {
      await inParallel(files.length, async (index) => {
        signal?.throwIfAborted();
        const { path, label } = files[index]!;
        const { data, width, height } = await decode(path);
        if (width !== side || height !== side) {
          throw new UserError(
            `${path} is ${width}x${height} pixels, but ${first.path} is ${side}x${side}. Expected images of one size: scale or remove it.`,
          );
        }
        writer.put(split, index, data, [label]);
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
      const pixels = sharp(readFileSync(path)).removeAlpha().toColourspace("srgb").raw({ depth: "uchar" });
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
  await Promise.all(Array.from({ length: 2 * availableParallelism() }, worker));
}

function entries(folder: string, kind: "file" | "folder"): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith("."))
    .filter((entry) => {
      if (!entry.isSymbolicLink()) return kind === "folder" ? entry.isDirectory() : entry.isFile();
      const target = statSync(join(folder, entry.name), { throwIfNoEntry: false });
      return kind === "folder" ? target?.isDirectory() : target?.isFile();
    })
    .map(({ name }) => name)
    .sort();
}
