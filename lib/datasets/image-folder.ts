import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import { messageOf, UserError } from "../errors.js";
import { classNames } from "./class-names.js";
import { classFolders, isFolder, type SplitFiles } from "./entries.js";
import { imageFormats } from "./image-names.js";
import { LeftOut } from "./left-out.js";
import { isTinyImageNet, tinyImageNetSplits } from "./tiny-imagenet.js";

const layout = `Expected train/<class>/ and test/<class>/ (or val/<class>/) with ${imageFormats} images`;

/** Labels are stored in 2 bytes. */
const mostClasses = 65_536;

export interface ImageFile {
  path: string;
  label: number;
}

/** The images below a folder `<split>/<class>/`, not yet read. */
export interface ImageFolder {
  location: string;
  /** In the order of their folders' names; a label is an index into it. */
  classes: string[];
  train: ImageFile[];
  test: ImageFile[];
  /** Changes whenever a file appears, disappears or changes its size or date. */
  origin: string;
  /** What was left out, a line for each folder with the reasons. */
  notes: string[];
}

/** Whether a folder is laid out as `train/` or `test/` (one may be missing by mistake). */
export function looksLikeImageFolder(location: string): boolean {
  return ["train", "test", "val"].some((split) => isFolder(join(location, split)));
}

/**
 * Lists an image folder: `<split>/<class>/`, or Tiny ImageNet as it is published. Images may lie in
 * subfolders of a class. Hidden files are passed over; what else is no image that can be read is told in `notes`. Classes are called as their folders, or as `words.txt` or `classes.tsv` beside the splits say.
 *
 * @throws UserError for a missing split, fewer than two classes, differing classes, a class without images
 */
export function scanImageFolder(location: string): ImageFolder {
  try {
    return scan(location);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `Could not read the image folder ${location}: ${messageOf(error)}. Check that its files can be read.`,
      { cause: error },
    );
  }
}

function scan(location: string): ImageFolder {
  const leftOut = new LeftOut();
  const splits = isTinyImageNet(location)
    ? tinyImageNetSplits(location, leftOut)
    : folderSplits(location, leftOut);
  const folders = splits.train.classes;
  checkClasses(splits);
  const classes = classNames(location, folders);
  const hash = createHash("sha256");
  if (classes.some((name, label) => name !== folders[label])) hash.update(`${JSON.stringify(classes)}\n`);
  const list = (split: "train" | "test") =>
    folders.flatMap((className, label) => {
      const parts = splits[split].imagesOf(className);
      if (parts.every(({ files }) => files.length === 0))
        throw new UserError(`${parts[0]!.folder} has no image of class "${className}". ${layout}.`);
      return parts.flatMap(({ folder, files }) =>
        files.map((file) => {
          const path = join(folder, file);
          const { size, mtimeMs } = statSync(path);
          hash.update(`${split}/${className}/${file} ${size} ${mtimeMs}\n`);
          return { path, label };
        }),
      );
    });
  const [train, test] = [list("train"), list("test")];
  return { location, classes, train, test, origin: hash.digest("hex"), notes: leftOut.lines(location) };
}

function folderSplits(location: string, leftOut: LeftOut): { train: SplitFiles; test: SplitFiles } {
  const testName = isFolder(join(location, "test")) || !isFolder(join(location, "val")) ? "test" : "val";
  const split = (name: string): SplitFiles => {
    const folder = join(location, name);
    if (!isFolder(folder)) throw new UserError(`${location} has no folder "${name}". ${layout}.`);
    return classFolders(folder, leftOut);
  };
  return { train: split("train"), test: split(testName) };
}

function checkClasses({ train, test }: { train: SplitFiles; test: SplitFiles }): void {
  if (train.classes.length < 2 || train.classes.length > mostClasses) {
    const [only] = train.classes;
    const found = {
      0: "no class folder",
      1: `only one class (${JSON.stringify(only)})`,
    }[train.classes.length];
    throw new UserError(
      `${train.folder} has ${found ?? `${train.classes.length} classes`}: two to ${mostClasses} are needed. ${layout}.`,
    );
  }
  for (const [having, lacking] of [
    [train, test],
    [test, train],
  ] as const) {
    const known = new Set(lacking.classes);
    const absent = having.classes.filter((name) => !known.has(name));
    if (absent.length === 0) continue;
    throw new UserError(
      `${lacking.folder} lacks the class "${absent[0]}"${absent.length > 1 ? ` and ${absent.length - 1} more` : ""} that the other split has. ${layout}, the same classes in both.`,
    );
  }
}
