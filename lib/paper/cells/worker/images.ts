import { givenFolders } from "../../../datasets/given-folders.js";
import { loadDataset } from "../../../datasets/load.js";
import { cacheDirectory } from "../../../paths.js";
import type { ReadersImages } from "../messages.js";
import { disk, root } from "./disk.js";

const given = new Map<string, ReadersImages>();

const folderOf = (name: string) => `${root}/images/${name}`;

/** Side that they are looked at in, pixels: that of the small scales. */
const size = 16;

/** Puts images of the reader's on the disk, in the place of those of that name. */
export function takeImages(images: ReadersImages): void {
  const { name, stamp, files } = images;
  if (given.get(name)?.stamp === stamp) return;
  dropImages(name);
  given.set(name, images);
  givenFolders.set(name, folderOf(name));
  for (const { path, file } of files) disk.add(`${folderOf(name)}/${path}`, file);
}

function dropImages(name: string): void {
  given.delete(name);
  givenFolders.delete(name);
  disk.remove(folderOf(name));
  disk.remove(`${cacheDirectory()}/datasets/${name}`);
}

/** All that the reader has given. */
export const readersImages = (): ReadersImages[] => [...given.values()];

/**
 * Takes images and decodes all of them once, as a dataset of source "jpeg". Returns what there is to say of them; throws
 * `UserError` where they are no dataset, and forgets them then.
 */
export async function checkImages(images: ReadersImages): Promise<string> {
  takeImages(images);
  const { name } = images;
  const notes: string[] = [];
  try {
    const dataset = await loadDataset({ name, source: "jpeg", size }, { onNote: (note) => notes.push(note) });
    const { classes, train, test } = dataset;
    dataset.close();
    const shown = classes.length > 8 ? [...classes.slice(0, 8), "..."] : classes;
    return [
      `${classes.length} classes (${shown.join(", ")}), ${train.count} training and ${test.count} test images.`,
      ...notes.map((note) => `${note}.`),
    ].join(" ");
  } catch (error) {
    dropImages(name);
    throw error;
  }
}
