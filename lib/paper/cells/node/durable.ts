import { basename, dirname } from "pathe";
import { messageOf } from "../../../errors.js";
import { filtersFile, placeFolder, placeNames, recordFile, seedFolder } from "../../../runs/store.js";
import { keepRun } from "../kept-runs.js";
import { disk, diskError } from "../worker/disk.js";

/** In the place of what waits for a disk. */
export async function writeSynced(file: string, content: string | Uint8Array): Promise<void> {
  if (disk.stat(file)) throw diskError("EEXIST", file);
  disk.write(
    file,
    typeof content === "string" ? new TextEncoder().encode(content) : Uint8Array.from(content),
  );
}

let keeps = false;

/** From now on the runs of a folder that is to be durable are kept in the browser's storage. */
export function keepTrainedRuns(): void {
  keeps = true;
}

/** What lasts, of a page, is the browser's storage: there the finished runs of a configuration's folder go. */
export async function syncFolder(folder: string): Promise<void> {
  if (!keeps || !placeNames.some((place) => placeFolder(place) === dirname(folder))) return;
  for (const seed of disk.list(folder).filter((name) => seedFolder.test(name)))
    await keepInBrowser(`${basename(folder)}/${seed}`, `${folder}/${seed}`);
}

/** What was kept, or came with the site, is left alone. A browser that keeps nothing is no reason to fail. */
async function keepInBrowser(path: string, folder: string): Promise<void> {
  const names = [recordFile, filtersFile];
  if (names.some((name) => !disk.stat(`${folder}/${name}`) || disk.isKept(`${folder}/${name}`))) return;
  const files = Object.fromEntries(names.map((name) => [name, disk.read(`${folder}/${name}`)]));
  try {
    await keepRun({ path, files });
    for (const name of names) disk.keep(`${folder}/${name}`);
  } catch (error) {
    console.warn(
      `The browser does not keep the run ${path} (${messageOf(error)}): it is gone when this page is left.`,
    );
  }
}
