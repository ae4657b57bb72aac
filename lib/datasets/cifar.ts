import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { list, type ReadEntry } from "tar";
import { messageOf, UserError } from "../errors.js";
import { type CifarArchive, type CifarFile, cifarArchives, cifarSide } from "./cifar-archives.js";
import type { Dataset, DatasetWorkOptions, ImageSet } from "./dataset.js";
import { datasetChecksum } from "./pack.js";

const plane = cifarSide * cifarSide;
const channels = 3;

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
 * or `location` being the archive. `undefined` where there is none of a dataset's files.
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
  return undefined;
}

/**
 * Reads the official binary files and checks that they are bit-exact.
 *
 * @returns 32x32x3 images, uint8
 * @throws UserError naming the file that is missing, truncated, altered or holds a label out of range
 */
export async function readCifar(
  { archive, kind, path }: Pick<CifarLocation, "archive" | "kind" | "path">,
  { onProgress, signal }: DatasetWorkOptions = {},
): Promise<Dataset> {
  const splits = { train: emptySet(archive.train), test: emptySet(archive.test) };
  const files = binFiles(archive);
  const total = files.reduce((sum, file) => sum + fileBytes(archive, file), 0);
  let done = 0;
  const place = (file: CifarFile, bytes: Buffer, shownPath: string) => {
    signal?.throwIfAborted();
    const split = archive.train.includes(file) ? "train" : "test";
    const before = archive[split].slice(0, archive[split].indexOf(file));
    const first = before.reduce((sum, { records }) => sum + records, 0);
    unpackRecords(bytes, archive, file, { set: splits[split], first, shownPath });
    done += bytes.length;
    onProgress?.({ phase: "read", done, total });
  };
  await (kind === "folder" ? readFolder : readArchive)(archive, path, place);
  const parts = { height: cifarSide, width: cifarSide, channels, ...splits };
  const { name, classes } = archive;
  return { name, source: "official", classes: [...classes], ...parts, checksum: datasetChecksum(parts) };
}

type Place = (file: CifarFile, bytes: Buffer, shownPath: string) => void;

async function readFolder(archive: CifarArchive, folder: string, place: Place): Promise<void> {
  for (const file of binFiles(archive)) {
    const path = join(folder, file.name);
    const bytes = await readFile(path).catch((cause: unknown) => {
      throw new UserError(`Could not read ${path}: ${messageOf(cause)}. ${completeSet(archive)}`, { cause });
    });
    checkLength(bytes.length, archive, file, path);
    if (createHash("md5").update(bytes).digest("hex") !== file.md5) {
      // A wrong label says more than a wrong checksum does.
      place(file, bytes, path);
      throw new UserError(
        `${path} is not the published file: its MD5 is not ${file.md5}. ${completeSet(archive)}`,
      );
    }
    place(file, bytes, path);
  }
}

/** Reads the wanted files of the archive into memory. Nothing is unpacked to disk, whatever its entries are called. */
async function readArchive(archive: CifarArchive, path: string, place: Place): Promise<void> {
  const { md5 } = archive.archive;
  if ((await fileMd5(path)) !== md5) {
    throw new UserError(
      `${path} is truncated or altered: its MD5 is not ${md5}. Remove it, then download it again with \`npm run dataset -- ${archive.name}\`.`,
    );
  }
  const missing = new Set(binFiles(archive));
  const wanted = new Map(binFiles(archive).map((file) => [`${archive.folder}/${file.name}`, file]));
  const problems: unknown[] = [];
  const onReadEntry = (entry: ReadEntry) => {
    const file = entry.type === "File" ? wanted.get(entry.path) : undefined;
    if (!file || !missing.delete(file)) return entry.resume();
    const shownPath = `${path} (${entry.path})`;
    const chunks: Buffer[] = [];
    entry.on("data", (chunk: Buffer) => chunks.push(chunk));
    entry.on("end", () => {
      try {
        const bytes = Buffer.concat(chunks);
        checkLength(bytes.length, archive, file, shownPath);
        place(file, bytes, shownPath);
      } catch (error) {
        problems.push(error);
      }
    });
  };
  await list({ file: path, strict: true, onReadEntry });
  if (problems.length > 0) throw problems[0];
  for (const { name } of missing) throw new UserError(`${path} has no ${name}. ${completeSet(archive)}`);
}

function unpackRecords(
  bytes: Buffer,
  { labelBytes, classes }: CifarArchive,
  file: CifarFile,
  { set, first, shownPath }: { set: ImageSet; first: number; shownPath: string },
): void {
  for (let record = 0, at = 0; record < file.records; record++) {
    at += labelBytes;
    const label = bytes[at - 1]!;
    if (label >= classes.length) {
      throw new UserError(
        `${shownPath} is altered: image ${record} has label ${label}, expected 0 to ${classes.length - 1}. Download it again.`,
      );
    }
    set.labels[first + record] = label;
    let to = (first + record) * plane * channels;
    for (let pixel = at; pixel < at + plane; pixel++) {
      for (let c = 0; c < channels; c++) set.images[to++] = bytes[pixel + c * plane]!;
    }
    at += plane * channels;
  }
}

function checkLength(length: number, archive: CifarArchive, file: CifarFile, shownPath: string): void {
  const expected = fileBytes(archive, file);
  if (length === expected) return;
  throw new UserError(
    `${shownPath} is ${length < expected ? "truncated" : "too long"}: ${length} bytes, expected ${expected} (${file.records} images). ${completeSet(archive)}`,
  );
}

/** MD5 of a file, hex, without holding it in memory. */
export async function fileMd5(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash("md5");
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash, { signal });
  return hash.digest("hex");
}

const binFiles = ({ train, test }: CifarArchive): CifarFile[] => [...train, ...test];

const fileBytes = ({ labelBytes }: CifarArchive, { records }: CifarFile): number =>
  records * (labelBytes + plane * channels);

const completeSet = (archive: CifarArchive): string =>
  `Expected the ${archive.title} binary files ${binFiles(archive)
    .map(({ name }) => name)
    .join(", ")}; \`npm run dataset -- ${archive.name}\` downloads them.`;

function emptySet(files: CifarFile[]): ImageSet {
  const count = files.reduce((sum, { records }) => sum + records, 0);
  return { count, images: new Uint8Array(count * plane * channels), labels: new Uint16Array(count) };
}

async function dated(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ? `${path} ${found.size} ${found.mtimeMs}` : undefined;
}
