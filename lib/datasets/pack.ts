import { createHash } from "node:crypto";
import { datasetChecksum } from "./checksum.js";
import type { Dataset, ImageSet } from "./dataset.js";
import { type OpenFile, openFile } from "./open-file.js";

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
  /** As `Dataset.checksum`. */
  checksum: string;
  /** Identifies the files that the data were made from: unchanged origin, no need to make them again. */
  origin: string;
}

// The file: magic, sha256 of the header (32 bytes), its length (uint32), the header as JSON, then labels and
// pixels of the training split, then of the test split. Integers are little-endian.
const magic = Buffer.from("FSPACK01");
const prefixLength = magic.length + 32 + 4;

/** The beginning of a packed file, up to its first label. */
export function encodeHeader(header: PackHeader): Buffer {
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return Buffer.concat([magic, sha256(text), length, text]);
}

interface SplitLayout {
  count: number;
  /** Where the labels begin, bytes from the file's start. */
  labels: number;
  /** Where the pixels begin. */
  images: number;
}

export interface PackLayout {
  imageBytes: number;
  train: SplitLayout;
  test: SplitLayout;
  /** Bytes of the whole file. */
  length: number;
}

/** Where everything stands in a packed file behind a header of `headerLength` bytes. */
export function packLayout(
  { height, width, channels, trainCount, testCount }: PackHeader,
  headerLength: number,
): PackLayout {
  const imageBytes = height * width * channels;
  const train = { count: trainCount, labels: headerLength, images: headerLength + 2 * trainCount };
  const testLabels = train.images + trainCount * imageBytes;
  const test = { count: testCount, labels: testLabels, images: testLabels + 2 * testCount };
  return { imageBytes, train, test, length: test.images + testCount * imageBytes };
}

/** Reads a packed file's header; `undefined` where there is none or it is damaged. */
export function readPackHeader(path: string): PackHeader | undefined {
  const file = openFile(path);
  try {
    return file && readHeader(file)?.header;
  } finally {
    file?.close();
  }
}

/**
 * Opens a packed dataset. Its pixels stay in the file and are read as they are asked for. `undefined` where there is
 * no such file or where it is damaged: truncated, altered, or written by another version.
 */
export function openPack(path: string): { dataset: Dataset; origin: string } | undefined {
  const file = openFile(path);
  if (!file) return undefined;
  let sound = false;
  try {
    const head = readHeader(file);
    if (!head) return undefined;
    const { trainCount, testCount, origin, ...rest } = head.header;
    const layout = packLayout(head.header, head.length);
    if (file.size() !== layout.length) return undefined;
    const dataset: Dataset = { ...rest, ...packedSplits(file, layout), close: () => file.close() };
    sound = datasetChecksum(dataset) === dataset.checksum;
    return sound ? { dataset, origin } : undefined;
  } finally {
    if (!sound) file.close();
  }
}

/** Both splits of an open packed file, their labels in memory. */
export function packedSplits(
  file: OpenFile,
  { train, test, imageBytes }: PackLayout,
): { train: ImageSet; test: ImageSet } {
  return { train: packedSplit(file, train, imageBytes), test: packedSplit(file, test, imageBytes) };
}

function packedSplit(file: OpenFile, { count, labels, images }: SplitLayout, imageBytes: number): ImageSet {
  const bytes = Buffer.alloc(2 * count);
  file.read(bytes, labels);
  return {
    count,
    labels: Uint16Array.from({ length: count }, (_, i) => bytes.readUInt16LE(2 * i)),
    imageBytes,
    read(indices, target) {
      for (let row = 0; row < indices.length; ) {
        const first = indices[row]!;
        let run = 1;
        // Neighbors in one call: evaluation and checksums go through the file from its beginning to its end.
        while (row + run < indices.length && indices[row + run] === first + run) run++;
        const place = { offset: row * imageBytes, length: run * imageBytes };
        file.read(target, images + first * imageBytes, place);
        row += run;
      }
    },
  };
}

function readHeader(file: OpenFile): { header: PackHeader; length: number } | undefined {
  if (file.size() < prefixLength) return undefined;
  const prefix = Buffer.alloc(prefixLength);
  file.read(prefix, 0);
  const length = prefix.readUInt32LE(prefixLength - 4);
  if (!prefix.subarray(0, magic.length).equals(magic)) return undefined;
  if (file.size() < prefixLength + length) return undefined;
  const text = Buffer.alloc(length);
  file.read(text, prefixLength);
  if (!sha256(text).equals(prefix.subarray(magic.length, magic.length + 32))) return undefined;
  return { header: JSON.parse(text.toString()) as PackHeader, length: prefixLength + length };
}

const sha256 = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();
