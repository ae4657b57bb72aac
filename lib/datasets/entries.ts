import { type Dirent, readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { join, sep } from "node:path";
import { imageName } from "./image-names.js";
import { byEnding, type LeftOut, reasons } from "./left-out.js";

/** The files of one split. */
export interface SplitFiles {
  /** The split's folder. */
  folder: string;
  /** Names of the classes, composed (NFC), sorted. */
  classes: string[];
  /** The folders of a class, one in most cases, each with the paths of its images in it, sorted. */
  imagesOf(className: string): { folder: string; files: string[] }[];
}

interface Entries {
  files: string[];
  folders: string[];
}

/**
 * Names of what is in a folder, each kind sorted; links are followed. Hidden entries are passed over, and so are, counted,
 * those that have no name in UTF-8, lead nowhere or are neither file nor folder.
 */
export function entries(folder: string, leftOut: LeftOut): Entries {
  const found: Entries = { files: [], folders: [] };
  for (const entry of readdirSync(folder, { withFileTypes: true, encoding: "buffer" })) {
    const name = nameOf(entry);
    if (name === undefined) leftOut.add(folder, reasons.noUtf8);
    else if (!name.startsWith(".")) {
      const kind = entry.isSymbolicLink() ? target(join(folder, name)) : entry;
      if (kind?.isDirectory()) found.folders.push(name);
      else if (kind?.isFile()) found.files.push(name);
      else leftOut.add(folder, kind ? reasons.noFile : reasons.deadLink);
    }
  }
  found.files.sort();
  found.folders.sort();
  return found;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function nameOf({ name }: Dirent<Buffer>): string | undefined {
  try {
    return utf8.decode(name);
  } catch {
    return undefined;
  }
}

/** What a link leads to; `undefined` where that is nothing, or itself. */
function target(link: string): Stats | undefined {
  try {
    return statSync(link, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ELOOP") return undefined;
    throw error;
  }
}

/** Paths, from `folder`, of the images in it and in its subfolders, sorted. What is left out is counted. */
export function imagesBelow(folder: string, leftOut: LeftOut): string[] {
  const images: string[] = [];
  const look = (below: string, above: readonly string[]): void => {
    const here = join(folder, below);
    const { files, folders } = entries(here, leftOut);
    for (const name of files) {
      if (imageName.test(name)) images.push(below + name);
      else leftOut.add(here, byEnding(name));
    }
    if (folders.length === 0) return;
    // A link to a folder above would be followed for ever, or bring the images of other classes.
    const chain = [...above, realpathSync(here)];
    for (const name of folders) {
      const real = realpathSync(join(here, name));
      if (chain.some((folder) => `${folder}${sep}`.startsWith(`${real}${sep}`)))
        leftOut.add(here, reasons.loop);
      else look(`${below}${name}/`, chain);
    }
  };
  look("", []);
  return images.sort();
}

/** The classes of a split by their folders. Images that lie beside these folders are counted. */
export function classFolders(folder: string, leftOut: LeftOut): SplitFiles {
  const { files, folders } = entries(folder, leftOut);
  for (const name of files) if (imageName.test(name)) leftOut.add(folder, reasons.outside);
  // Some systems decompose accented letters in names: the same word, other bytes.
  const byClass = new Map<string, string[]>();
  for (const name of folders) {
    const className = name.normalize("NFC");
    byClass.set(className, [...(byClass.get(className) ?? []), name]);
  }
  return {
    folder,
    classes: [...byClass.keys()].sort(),
    imagesOf: (className) =>
      (byClass.get(className) ?? []).map((name) => ({
        folder: join(folder, name),
        files: imagesBelow(join(folder, name), leftOut),
      })),
  };
}

/** Whether there is such a folder and it can be looked at. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Whether there is such a file, no pipe or device, whose reading might not end. */
export function isRegularFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
