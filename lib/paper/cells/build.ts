import { cp, mkdir, readlink, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { cacheDirectory, libraryRoot } from "../../paths.js";
import { unfinishedFolder } from "../site-folder.js";
import { collectFiles } from "./files.js";
import type { DiskListing } from "./worker/disk.js";

const compress = promisify(gzip);

const packed = (listing: DiskListing): Promise<Buffer> => compress(JSON.stringify(listing), { level: 9 });

/**
 * Writes what makes the cells of a site's pages run into its folder `cells/`: the machinery, and what cells read. None of
 * it is loaded before a reader asks for it.
 */
export async function writeCells(site: string): Promise<void> {
  const folder = join(site, "cells");
  await cp(await machinery(), folder, { recursive: true });
  await writeFile(join(folder, "files.json.gz"), await packed(await collectFiles(folder)));
}

/** The editor and the workers, made once for each build of the library: that takes half a minute. */
async function machinery(): Promise<string> {
  const parent = join(cacheDirectory(), "paper-cells");
  const path = join(parent, basename(await readlink(join(libraryRoot, "dist"))));
  if (await stat(path).catch(() => undefined)) return path;
  await mkdir(parent, { recursive: true });
  const unfinished = await unfinishedFolder(parent, "cells");
  const [{ bundleCells }, { collectTypes }] = await Promise.all([
    import("./bundle.js"),
    import("./types.js"),
  ]);
  await bundleCells(unfinished);
  await writeFile(join(unfinished, "types.json.gz"), await packed(collectTypes()));
  // Another build may have been faster.
  await rename(unfinished, path).catch(() => rm(unfinished, { recursive: true, force: true }));
  return path;
}
