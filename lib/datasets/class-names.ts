import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isRegularFile } from "./entries.js";

/** Tables of a folder's name and its meanings, as ImageNet's copies bring them. */
const tables = ["words.txt", "classes.tsv"];

/**
 * What the classes of an image folder are called: the first meaning ("goldfish" of "goldfish, Carassius auratus")
 * beside the folder's name in `words.txt` or `classes.tsv`; the folder's name where there is none, or where two
 * classes would be called alike.
 */
export function classNames(location: string, folders: readonly string[]): string[] {
  const table = tables.map((name) => join(location, name)).find(isRegularFile);
  if (table === undefined) return [...folders];
  const meanings = new Map(
    readFileSync(table, "utf8")
      .split(/\r?\n/)
      .map((line) => {
        const [folder = "", words = ""] = line.split("\t");
        return [folder.normalize("NFC"), words.split(",")[0]!.trim()];
      }),
  );
  const names = folders.map((folder) => meanings.get(folder) || folder);
  const uses = new Map<string, number>();
  for (const name of names) uses.set(name, (uses.get(name) ?? 0) + 1);
  return names.map((name, label) => (uses.get(name) === 1 ? name : folders[label]!));
}
