import type { ReadersImages } from "../messages.js";
import { disk, root } from "./disk.js";

const given = new Map<string, ReadersImages>();

const folderOf = (name: string) => `${root}/images/${name}`;

/** Puts images of the reader's on the disk, in the place of those of that name. */
export function takeImages(images: ReadersImages): void {
  const { name, stamp, files } = images;
  if (given.get(name)?.stamp === stamp) return;
  given.set(name, images);
  disk.remove(folderOf(name));
  for (const { path, file } of files) disk.add(`${folderOf(name)}/${path}`, file);
}

/** All that the reader has given. */
export const readersImages = (): ReadersImages[] => [...given.values()];

/** Where they lie, by what cells call them: locations of datasets. */
export const readersFolders = (): Record<string, string> =>
  Object.fromEntries([...given.keys()].map((name) => [name, folderOf(name)]));
