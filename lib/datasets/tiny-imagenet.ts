import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../errors.js";
import { classFolders, imagesBelow, isRegularFile, type SplitFiles } from "./entries.js";
import type { LeftOut } from "./left-out.js";

const annotationsOf = (location: string): string => join(location, "val", "val_annotations.txt");

/** Whether a folder is laid out as the published `tiny-imagenet-200`. */
export const isTinyImageNet = (location: string): boolean => isRegularFile(annotationsOf(location));

/**
 * The files of Tiny ImageNet as it is published: `train/<class>/images/`, and `val/images/` whose classes are in
 * `val/val_annotations.txt` (file, class and a box, with tabs). The validation split stands in for the test split,
 * whose labels were never published.
 *
 * @throws UserError for a line without file and class, or a file that is not there
 */
export function tinyImageNetSplits(
  location: string,
  leftOut: LeftOut,
): { train: SplitFiles; test: SplitFiles } {
  const train = join(location, "train");
  const folder = join(location, "val", "images");
  const annotations = annotationsOf(location);
  const present = new Set(imagesBelow(folder, leftOut));
  const byClass = new Map<string, string[]>();
  for (const [index, line] of readFileSync(annotations, "utf8").split(/\r?\n/).entries()) {
    if (line === "") continue;
    const [file, className] = line.split("\t");
    if (!file || !className) {
      throw new UserError(
        `${annotations} is damaged: line ${index + 1} has no file and class. Unpack the archive again.`,
      );
    }
    if (!present.has(file)) {
      throw new UserError(
        `${join(folder, file)} is missing, but ${annotations} names it. Unpack the archive again.`,
      );
    }
    const files = byClass.get(className);
    if (files) files.push(file);
    else byClass.set(className, [file]);
  }
  return {
    train: {
      folder: train,
      classes: classFolders(train, leftOut).classes,
      imagesOf(className) {
        const images = join(train, className, "images");
        return [{ folder: images, files: imagesBelow(images, leftOut) }];
      },
    },
    test: {
      folder,
      classes: [...byClass.keys()].sort(),
      imagesOf: (className) => [{ folder, files: (byClass.get(className) ?? []).toSorted() }],
    },
  };
}
