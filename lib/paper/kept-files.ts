import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDirectory } from "../paths.js";
import { unfinishedFolder } from "./site-folder.js";

/**
 * Files by name, made if they are not kept from an earlier build: `made` is plain JSON that decides what they are. Kept ones,
 * in `data/cache/<shelf>/`, appear whole or not at all.
 */
export async function keptFiles(
  shelf: string,
  made: unknown,
  make: () => Promise<Record<string, Buffer>>,
): Promise<Record<string, Buffer>> {
  const key = createHash("sha256").update(JSON.stringify(made)).digest("hex").slice(0, 24);
  const kept = join(cacheDirectory(), shelf);
  const folder = join(kept, key);
  const names = await readdir(folder).catch(() => []);
  if (names.length > 0) {
    const files = names.map(async (name) => [name, await readFile(join(folder, name))] as const);
    return Object.fromEntries(await Promise.all(files));
  }
  await mkdir(kept, { recursive: true });
  const unfinished = await unfinishedFolder(kept, "making");
  try {
    const files = await make();
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(unfinished, name), bytes);
    // Another build may have made the same in the meantime.
    await rename(unfinished, folder).catch(() => undefined);
    return files;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}
