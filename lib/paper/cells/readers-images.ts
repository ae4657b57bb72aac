import { imageFormats, imageName } from "../../datasets/image-names.js";
import { UserError } from "../../errors.js";
import type { ReadersImages } from "./messages.js";

/** A file as a reader gave it: with its path from what was dropped or chosen on. */
export interface GivenFile {
  path: string;
  file: Blob;
}

/** Of the images of a class, in the order of their names, every so manieth is for testing. */
const everyTested = 5;

const layout =
  "Expected a folder with a folder of images for each class, or train/ and test/ with one for each class.";

/**
 * Lays a reader's files out as an image folder. Where they come in no splits, every fifth image of a class is for testing.
 * What they are called is the name of the one folder that they lie in, else "mine". Throws `UserError` where there are no
 * images, one class alone, or too few of one.
 */
export function imageFolderOf(given: readonly GivenFile[]): Omit<ReadersImages, "stamp"> {
  const files = given
    .map(({ path, file }) => ({ parts: path.split("/").filter(Boolean), file }))
    .filter(({ parts }) => !parts.some((part) => part.startsWith(".") || part === "__MACOSX"));
  const [top] = files[0]?.parts ?? [];
  const shared = top !== undefined && files.every(({ parts }) => parts[0] === top && parts.length > 1);
  const inside = shared ? files.map(({ parts, file }) => ({ parts: parts.slice(1), file })) : files;
  const name = nameOf(shared ? top : "");
  const images = inside.filter(({ parts }) => imageName.test(parts.at(-1)!));
  if (images.length === 0)
    throw new UserError(`There are no images among these ${files.length} files (${imageFormats}). ${layout}`);
  const inSplits = images.some(({ parts: [split] }) => /^(train|test|val)$/.test(split!));
  const whole = inside.map(({ parts, file }) => ({ path: parts.join("/"), file }));
  return { name, files: inSplits ? whole : splitOf(images) };
}

/** As a configuration takes it: lower-case letters, digits and dashes. */
function nameOf(folder: string): string {
  const name = folder
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return name === "" || name === "synthetic" ? "mine" : name;
}

function splitOf(images: readonly { parts: string[]; file: Blob }[]): ReadersImages["files"] {
  const classes = new Map<string, { path: string; file: Blob }[]>();
  for (const { parts, file } of images) {
    const [className] = parts;
    if (parts.length === 1) continue;
    classes.set(className!, [...(classes.get(className!) ?? []), { path: parts.join("/"), file }]);
  }
  const [only] = classes.keys();
  if (classes.size < 2)
    throw new UserError(
      `${only === undefined ? "These images lie in no folders of classes" : `There is one class alone, "${only}"`}: two at least are needed. ${layout}`,
    );
  const split: ReadersImages["files"] = [];
  for (const [className, own] of classes) {
    if (own.length < everyTested)
      throw new UserError(
        `The class "${className}" has ${own.length} ${own.length === 1 ? "image" : "images"}, at least ${everyTested} are needed: every fifth is for testing.`,
      );
    own.sort((a, b) => (a.path < b.path ? -1 : 1));
    for (const [index, { path, file }] of own.entries())
      split.push({ path: `${index % everyTested === everyTested - 1 ? "test" : "train"}/${path}`, file });
  }
  return split;
}
