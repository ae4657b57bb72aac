import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { list, type ReadEntry } from "tar";
import { messageOf, UserError } from "../errors.js";
import { binFiles, type CifarArchive, type CifarFile, cifarSide } from "./cifar-archives.js";
import { openRecords, type RecordReader } from "./cifar-records.js";
import type { DatasetWorkOptions } from "./dataset.js";
import type { CifarLocation } from "./find-cifar.js";
import { fileMd5 } from "./md5.js";
import { type PackWriter, writePack } from "./pack-writer.js";

/**
 * Reads the official binary files, checks that they are bit-exact, and packs them into the file `to`: 32x32x3 images.
 *
 * @throws UserError naming the file that is missing, truncated, altered or holds a label out of range
 */
export async function packCifar(
  { archive, kind, path, origin }: CifarLocation,
  to: string,
  { onProgress, signal }: DatasetWorkOptions = {},
): Promise<void> {
  const total = binFiles(archive).reduce((sum, file) => sum + fileBytes(archive, file), 0);
  let done = 0;
  const onBytes = (count: number) => {
    signal?.throwIfAborted();
    done += count;
    onProgress?.({ phase: "read", done, total });
  };
  const parts = {
    name: archive.name,
    source: "official",
    classes: [...archive.classes],
    height: cifarSide,
    width: cifarSide,
    channels: 3,
    trainCount: countImages(archive.train),
    testCount: countImages(archive.test),
    origin,
  };
  const read = kind === "folder" ? readFolder : readArchive;
  await writePack(to, parts, (writer) => read({ archive, path, writer, onBytes }));
}

interface ReadTask {
  archive: CifarArchive;
  path: string;
  writer: PackWriter;
  /** Told of every piece read. */
  onBytes: (count: number) => void;
}

async function readFolder({ archive, path: folder, writer, onBytes }: ReadTask): Promise<void> {
  for (const file of binFiles(archive)) {
    const path = join(folder, file.name);
    const unreadable = (cause: unknown) =>
      new UserError(`Could not read ${path}: ${messageOf(cause)}. ${completeSet(archive)}`, { cause });
    const { size } = await stat(path).catch((cause: unknown) => {
      throw unreadable(cause);
    });
    const records = recordsOf(archive, file, { path, size, writer });
    const chunks = createReadStream(path, { highWaterMark: 1 << 20 });
    try {
      for await (const chunk of chunks as AsyncIterable<Buffer>) {
        onBytes(chunk.length);
        records.push(chunk);
      }
    } catch (error) {
      throw (error as NodeJS.ErrnoException).syscall === "read" ? unreadable(error) : error;
    }
    records.end();
  }
}

/** Reads the wanted files of the archive. Nothing is unpacked to disk, whatever its entries are called. */
async function readArchive({ archive, path, writer, onBytes }: ReadTask): Promise<void> {
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
    // An error thrown in here would end the process.
    const attempt = <T>(work: () => T): T | undefined => {
      if (problems.length > 0) return undefined;
      try {
        return work();
      } catch (error) {
        problems.push(error);
        return undefined;
      }
    };
    const place = { path: `${path} (${entry.path})`, size: entry.size, writer };
    const records = attempt(() => recordsOf(archive, file, place));
    entry.on("data", (chunk: Buffer) => {
      attempt(() => {
        onBytes(chunk.length);
        records?.push(chunk);
      });
    });
    entry.on("end", () => attempt(() => records?.end()));
  };
  await list({ file: path, strict: true, onReadEntry });
  if (problems.length > 0) throw problems[0];
  for (const { name } of missing) throw new UserError(`${path} has no ${name}. ${completeSet(archive)}`);
}

/** Takes the bytes of one file and writes its images where they belong, if the file has the right length. */
function recordsOf(
  archive: CifarArchive,
  file: CifarFile,
  { path, size, writer }: { path: string; size: number; writer: PackWriter },
): RecordReader {
  const expected = fileBytes(archive, file);
  if (size !== expected) {
    throw new UserError(
      `${path} is ${size < expected ? "truncated" : "too long"}: ${size} bytes, expected ${expected} (${file.records} images). ${completeSet(archive)}`,
    );
  }
  const split = archive.train.includes(file) ? "train" : "test";
  const before = countImages(archive[split].slice(0, archive[split].indexOf(file)));
  return openRecords(archive, file, {
    path,
    remedy: completeSet(archive),
    onImages: (first, images, labels) => writer.put(split, before + first, images, labels),
  });
}

const countImages = (files: CifarFile[]): number => files.reduce((sum, { records }) => sum + records, 0);

const fileBytes = ({ labelBytes }: CifarArchive, { records }: CifarFile): number =>
  records * (labelBytes + 3 * cifarSide ** 2);

const completeSet = (archive: CifarArchive): string =>
  `Expected the ${archive.title} binary files ${binFiles(archive)
    .map(({ name }) => name)
    .join(", ")}; \`npm run dataset -- ${archive.name}\` downloads them.`;
