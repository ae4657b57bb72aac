import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheDirectory } from "../paths.js";

const root = () => join(cacheDirectory(), "datasets");

/** Where the packed copy of a whole dataset lies in the cache. */
export const packPath = ({ name, source }: { name: string; source: string }): string =>
  join(root(), name, source, "full.pack");

/** Where a prepared form of it lies: averaged to `size`, `trainImages` kept. */
export const formPath = (
  which: { name: string; source: string },
  { size, trainImages }: { size: number; trainImages?: number },
): string => join(dirname(packPath(which)), `${size}x${size}-${trainImages ?? "all"}.pack`);

/** Where a download lies until it is packed. */
export const downloadPath = (file: string): string => join(cacheDirectory(), "downloads", file);

/** Names and sources of the datasets in the cache. */
export function cachedDatasets(): { name: string; source: string }[] {
  return entries(root())
    .flatMap((name) => entries(join(root(), name)).map((source) => ({ name, source })))
    .filter((which) => existsSync(packPath(which)));
}

const entries = (folder: string): string[] => {
  if (!existsSync(folder)) return [];
  const all = readdirSync(folder, { withFileTypes: true });
  return all
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
};
