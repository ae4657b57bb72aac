import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** All files below a folder, as sorted paths relative to it with slashes. What `skip` says true of is left out. */
export function filesBelow(folder: string, skip: (path: string) => boolean = () => false): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((path) => !skip(path))
    .sort();
}

export const checksumsFile = "SHA256SUMS";

const sha256 = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");

/** As `sha256sum` writes and checks them: `sha256sum -c SHA256SUMS`. */
export const checksumsOf = (folder: string, paths: readonly string[]): string =>
  paths.map((path) => `${sha256(join(folder, path))}  ${path}\n`).join("");

/** What is wrong with a folder by its own checksums: files that are missing, altered, or not listed. */
export function checksumProblems(folder: string): string[] {
  const listed = new Map(
    readFileSync(join(folder, checksumsFile), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => [line.slice(66), line.slice(0, 64)]),
  );
  const there = filesBelow(folder, (path) => path === checksumsFile);
  return [
    ...there.filter((path) => !listed.has(path)).map((path) => `${path} is not listed`),
    ...[...listed].flatMap(([path, sum]) => {
      if (!existsSync(join(folder, path))) return [`${path} is missing`];
      return sha256(join(folder, path)) === sum ? [] : [`${path} was altered`];
    }),
  ];
}

/** How two folders differ, byte by byte: a path each, with why. */
export function folderDifferences(expected: string, found: string): string[] {
  const [before, after] = [filesBelow(expected), filesBelow(found)];
  const known = new Set(after);
  return [
    ...after.filter((path) => !before.includes(path)).map((path) => `${path} is new`),
    ...before.flatMap((path) => {
      if (!known.has(path)) return [`${path} is missing`];
      const same = readFileSync(join(expected, path)).equals(readFileSync(join(found, path)));
      return same ? [] : [`${path} differs`];
    }),
  ];
}
