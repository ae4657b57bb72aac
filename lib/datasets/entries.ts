import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const imageName = /\.(jpe?g|png)$/i;

/** The files of one split. */
export interface SplitFiles {
  /** The split's folder. */
  folder: string;
  /** Names of the classes' folders, sorted. */
  classes: string[];
  /** Folder and file names of a class's images. */
  imagesOf(className: string): { folder: string; files: string[] };
}

/** Names of what is in a folder, sorted; hidden ones are left out, links are followed. */
export function entries(folder: string, kind: "file" | "folder"): string[] {
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

/** Names of the images in a folder, sorted. */
export const imagesIn = (folder: string): string[] =>
  entries(folder, "file").filter((file) => imageName.test(file));

/** Whether there is such a folder and it can be looked at. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
