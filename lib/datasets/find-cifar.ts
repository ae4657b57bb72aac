import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { binFiles, type CifarArchive, cifarArchive, cifarArchives } from "./cifar-archives.js";
import { isRegularFile } from "./entries.js";
import { fileMd5 } from "./md5.js";
import { otherVersions } from "./other-versions.js";

/** Official files found at a path: the .bin files in a folder, or the archive still packed. */
export interface CifarLocation {
  archive: CifarArchive;
  kind: "folder" | "archive";
  path: string;
  /** Changes whenever a file's size or date does. */
  origin: string;
}

/**
 * Looks for official CIFAR files: the .bin files in `location`, the archive's folder or the archive itself in it,
 * or `location` being the archive; the archive by its name, else by its size and checksum. `undefined` where there is
 * none of a dataset's files.
 */
export async function findCifar(location: string): Promise<CifarLocation | undefined> {
  for (const archive of cifarArchives) {
    for (const path of [location, join(location, archive.folder)]) {
      const dates = await Promise.all(binFiles(archive).map(({ name }) => dated(join(path, name))));
      if (dates.some(Boolean)) return { archive, kind: "folder", path, origin: dates.join("\n") };
    }
    for (const path of [location, join(location, archive.archive.name)]) {
      const date = basename(path) === archive.archive.name ? await dated(path) : undefined;
      if (date) return { archive, kind: "archive", path, origin: date };
    }
  }
  for (const path of await filesAt(location)) {
    const bytes = (await stat(path)).size;
    const alike = cifarArchives.filter(({ archive }) => archive.bytes === bytes);
    const md5 = alike.length > 0 ? await fileMd5(path) : undefined;
    const archive = alike.find((candidate) => candidate.archive.md5 === md5);
    if (archive) return { archive, kind: "archive", path, origin: (await dated(path))! };
  }
  return undefined;
}

/** Archives of these versions are between so many bytes; nothing else is worth a checksum. */
const archiveBytes = [100e6, 300e6] as const;

/** `/data/x.tgz is the Python (pickled) version of CIFAR-10, which is not read here. ...`, where it is one. */
export async function describeOtherVersion(location: string): Promise<string | undefined> {
  const describe = (path: string, { version, name }: (typeof otherVersions)[number]) => {
    const { title, archive } = cifarArchive(name)!;
    return `${path} is the ${version} version of ${title}, which is not read here. Take the binary version, ${archive.name}: \`npm run dataset -- ${name}\` downloads it, or give it with --from.`;
  };
  for (const other of otherVersions) {
    for (const path of [location, join(location, other.folder)])
      if (other.files.every((name) => isRegularFile(join(path, name)))) return describe(path, other);
    for (const path of [location, join(location, other.archive.name)])
      if (basename(path) === other.archive.name && isRegularFile(path)) return describe(path, other);
  }
  for (const path of await filesAt(location)) {
    const { size } = await stat(path);
    if (size < archiveBytes[0] || size > archiveBytes[1]) continue;
    const md5 = await fileMd5(path);
    const other = otherVersions.find(({ archive }) => archive.md5 === md5);
    if (other) return describe(path, other);
  }
  return undefined;
}

/** The file that `location` is, or those in the folder that it is. */
async function filesAt(location: string): Promise<string[]> {
  if (isRegularFile(location)) return [location];
  const names = await readdir(location).catch(() => []);
  return names
    .sort()
    .map((name) => join(location, name))
    .filter(isRegularFile);
}

async function dated(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ? `${path} ${found.size} ${found.mtimeMs}` : undefined;
}
