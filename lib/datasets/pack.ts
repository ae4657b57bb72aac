import { createHash } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { UserError } from "../errors.js";
import type { Dataset } from "./dataset.js";

/** sha256 (hex) over the shape, then labels (little-endian uint16) and pixels of the training and test split. */
export function datasetChecksum({
  height,
  width,
  channels,
  train,
  test,
}: Pick<Dataset, "height" | "width" | "channels" | "train" | "test">): string {
  const hash = createHash("sha256");
  hash.update(JSON.stringify({ height, width, channels, train: train.count, test: test.count }));
  for (const { labels, images } of [train, test]) hash.update(labelBytes(labels)).update(images);
  return hash.digest("hex");
}

/** What a packed file says of itself before its labels and pixels. */
export interface PackHeader {
  name: string;
  source: string;
  classes: string[];
  height: number;
  width: number;
  channels: number;
  trainCount: number;
  testCount: number;
  checksum: string;
  /** Identifies the files that the data were made from: unchanged origin, no need to make them again. */
  origin: string;
}

// The file: magic, sha256 of the header (32 bytes), its length (uint32), the header as JSON, then labels and
// pixels of the training split, then of the test split. Integers are little-endian.
const magic = Buffer.from("FSPACK01");
const prefixLength = magic.length + 32 + 4;
const longestHeader = 1 << 20;

/** Writes a dataset whole or not at all: to a temporary file, flushed to disk, then renamed. */
export async function writePack(path: string, dataset: Dataset, origin: string): Promise<void> {
  const { name, source, classes, height, width, channels, train, test, checksum } = dataset;
  const header: PackHeader = {
    name,
    source,
    classes,
    height,
    width,
    channels,
    trainCount: train.count,
    testCount: test.count,
    checksum,
    origin,
  };
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  const chunks = [magic, sha256(text), length, text];
  for (const { labels, images } of [train, test])
    chunks.push(labelBytes(labels), Buffer.from(images.buffer, images.byteOffset, images.length));
  await writeWhole(path, chunks);
}

/** Reads a packed file's header; `undefined` where there is none or it is damaged. */
export async function readPackHeader(path: string): Promise<PackHeader | undefined> {
  const file = await open(path, "r").catch(missingFile);
  if (!file) return undefined;
  try {
    const prefix = Buffer.alloc(prefixLength);
    await file.read(prefix, 0, prefixLength, 0);
    const length = headerLength(prefix);
    if (length === undefined) return undefined;
    const text = Buffer.alloc(length);
    await file.read(text, 0, length, prefixLength);
    return parseHeader(prefix, text);
  } finally {
    await file.close();
  }
}

/**
 * Reads a packed dataset, its pixels as views of one buffer. `undefined` where there is no such file or where it
 * is damaged: truncated, altered, or written by another version.
 */
export async function readPack(path: string): Promise<{ dataset: Dataset; origin: string } | undefined> {
  const bytes = await readFile(path).catch(missingFile);
  if (!bytes) return undefined;
  const length = headerLength(bytes);
  if (length === undefined) return undefined;
  const header = parseHeader(bytes, bytes.subarray(prefixLength, prefixLength + length));
  if (!header) return undefined;
  const { trainCount, testCount, origin, ...rest } = header;
  const imageBytes = rest.height * rest.width * rest.channels;
  let offset = prefixLength + length;
  if (bytes.length !== offset + (trainCount + testCount) * (2 + imageBytes)) return undefined;
  const take = (count: number) => {
    const labels = Uint16Array.from({ length: count }, (_, i) => bytes.readUInt16LE(offset + 2 * i));
    offset += 2 * count;
    const images = new Uint8Array(bytes.buffer, bytes.byteOffset + offset, count * imageBytes);
    offset += images.length;
    return { count, images, labels };
  };
  const dataset: Dataset = { ...rest, train: take(trainCount), test: take(testCount) };
  return datasetChecksum(dataset) === dataset.checksum ? { dataset, origin } : undefined;
}

function headerLength(prefix: Buffer): number | undefined {
  if (prefix.length < prefixLength || !prefix.subarray(0, magic.length).equals(magic)) return undefined;
  const length = prefix.readUInt32LE(prefixLength - 4);
  return length <= longestHeader ? length : undefined;
}

function parseHeader(prefix: Buffer, text: Buffer): PackHeader | undefined {
  if (!sha256(text).equals(prefix.subarray(magic.length, magic.length + 32))) return undefined;
  return JSON.parse(text.toString()) as PackHeader;
}

function missingFile(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
  throw error;
}

async function writeWhole(path: string, chunks: Uint8Array[]): Promise<void> {
  const temporary = `${path}.${process.pid}.${Date.now()}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, "wx");
    try {
      for (const chunk of chunks) await file.writeFile(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw cacheWriteError(path, error);
  }
}

/** Names the file and the way out for a full disk or a folder that may not be written. */
export function cacheWriteError(path: string, cause: unknown): unknown {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  const reason = {
    ENOSPC: "the disk is full",
    EDQUOT: "the disk quota is used up",
    EACCES: "the folder may not be written",
    EPERM: "the folder may not be written",
    EROFS: "the folder may not be written",
    ENOTDIR: "part of the path is a file",
    EEXIST: "part of the path is a file",
  }[code ?? ""];
  if (!reason) return cause;
  return new UserError(
    `Could not write ${path}: ${reason}. Make room, or set FILTER_SPARSITY_CACHE to a folder that can be written.`,
    { cause },
  );
}

const sha256 = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();

function labelBytes(labels: Uint16Array): Buffer {
  const bytes = Buffer.alloc(2 * labels.length);
  labels.forEach((label, i) => {
    bytes.writeUInt16LE(label, 2 * i);
  });
  return bytes;
}
