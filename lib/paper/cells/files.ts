import { copyFile, link, mkdir, readdir, readFile, stat } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { notebooksDirectory } from "../../notebook/notebooks.js";
import {
  latencyDirectory,
  modelsDirectory,
  projectRoot,
  runsDirectory,
  watchedDirectory,
} from "../../paths.js";
import { filtersFile, recordFile } from "../../runs/store.js";
import type { DiskListing } from "./worker/disk.js";

const isJson = (name: string) => name.endsWith(".json");

/** Folders of the checkout that cells read, and where they lie on a page's disk. */
const folders = (): { from: string; to: string; wanted: (name: string) => boolean }[] => [
  { from: runsDirectory(), to: "data/runs", wanted: (name) => name === recordFile || name === filtersFile },
  { from: latencyDirectory(), to: "data/latency", wanted: isJson },
  { from: watchedDirectory(), to: "data/watched", wanted: isJson },
  { from: modelsDirectory(), to: "data/models", wanted: isJson },
  { from: notebooksDirectory(), to: "notebooks", wanted: (name) => /\.(md|ipynb)$/.test(name) },
];

/**
 * What cells of a page read from the checkout: texts at once, since together they are small; tables of filters one by one,
 * put into the folder of the machinery, from where a cell fetches those that it looks at; of notebooks that they are there.
 */
export async function collectFiles(cells: string): Promise<DiskListing> {
  const listing: DiskListing = { texts: {}, files: {} };
  for (const path of ["package.json", "lib/package.json"])
    listing.texts[path] = await readFile(join(projectRoot, path), "utf8");
  for (const { from, to, wanted } of folders()) {
    const entries = await readdir(from, { recursive: true, withFileTypes: true }).catch(() => []);
    const files = entries.filter((entry) => entry.isFile() && wanted(entry.name));
    await Promise.all(
      files.map(async ({ name, parentPath }) => {
        const source = join(parentPath, name);
        const path = `${to}/${relative(from, source).split(sep).join("/")}`;
        if (name === filtersFile || name.endsWith(".ipynb")) {
          listing.files[path] = (await stat(source)).size;
          if (name === filtersFile) await put(source, join(cells, path));
        } else {
          const text = await readFile(source, "utf8");
          // Records are laid out for the eye.
          listing.texts[path] = isJson(name) ? JSON.stringify(JSON.parse(text)) : text;
        }
      }),
    );
  }
  return { texts: inOrder(listing.texts), files: inOrder(listing.files) };
}

/** By path, so that the same files give the same bytes. */
const inOrder = <T>(entries: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Tables of filters are written once and never changed: one on the disk serves the checkout and the site. */
async function put(source: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await link(source, target).catch(() => copyFile(source, target));
}
