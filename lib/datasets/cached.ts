import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheDirectory } from "../paths.js";

const root = () => join(cacheDirectory(), "datasets");

/** Where the packed copy of a whole dataset lies in the cache. */
export const packPath = ({ name, source }: { name: string; source: string }): string =>
  join(root(), name, source, "full.pack");

/** Where all of its images lie averaged to `size` pixels. */
export const formPath = (which: { name: string; source: string }, size: number): string =>
  join(dirname(packPath(which)), `${size}x${size}.pack`);

/** Sizes at which a dataset lies averaged in the cache, pixels, ascending. */
export const cachedSizes = (which: { name: string; source: string }): number[] =>
  packs(which)
    .flatMap((file) => /^(\d+)x\1\.pack$/.exec(file)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);

/** Where a download lies until it is packed. */
export const downloadPath = (file: string): string => join(cacheDirectory(), "downloads", file);

/** Names and sources of the datasets in the cache. */
export function cachedDatasets(): { name: string; source: string }[] {
  return entries(root())
    .flatMap((name) => entries(join(root(), name)).map((source) => ({ name, source })))
    .filter((which) => packs(which).length > 0);
}

const packs = (which: { name: string; source: string }): string[] => {
  const folder = dirname(packPath(which));
  return existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".pack")) : [];
};

const entries = (folder: string): string[] => {
  if (!existsSync(folder)) return [];
  const all = readdirSync(folder, { withFileTypes: true });
  return all
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
};
