import { createHash } from "node:crypto";
import { UserError } from "../errors.js";
import { type CifarArchive, type CifarFile, cifarSide } from "./cifar-archives.js";

const plane = cifarSide ** 2;
const channels = 3;

export interface RecordReader {
  /** Takes the file's next bytes, as they come. */
  push(bytes: Buffer): void;
  /** Says that there are no more. */
  end(): void;
}

export interface RecordOptions {
  /** What the file is called in errors. */
  path: string;
  /** Last sentence of an error. */
  remedy: string;
  /** Takes images [labels.length, 32, 32, 3] as they are complete; `first` counts from the file's first. */
  onImages: (first: number, images: Uint8Array, labels: number[]) => void;
}

/**
 * Turns the bytes of a CIFAR binary file, in pieces of any length, into images with interleaved channels.
 *
 * @throws UserError from `push` for a label out of range, from `end` for a file that is not the published one
 */
export function openRecords(
  { labelBytes, classes }: CifarArchive,
  { md5 }: CifarFile,
  { path, remedy, onImages }: RecordOptions,
): RecordReader {
  const recordBytes = labelBytes + plane * channels;
  const hash = createHash("md5");
  let rest: Buffer = Buffer.alloc(0);
  let done = 0;
  const labelAt = (bytes: Buffer, record: number): number => {
    // CIFAR-100 has the superclass before the class.
    const label = bytes[record * recordBytes + labelBytes - 1]!;
    if (label < classes.length) return label;
    throw new UserError(
      `${path} is altered: image ${done + record} has label ${label}, expected 0 to ${classes.length - 1}. Download it again.`,
    );
  };
  return {
    push(bytes) {
      hash.update(bytes);
      const known = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      const count = Math.floor(known.length / recordBytes);
      const images = new Uint8Array(count * plane * channels);
      const labels: number[] = [];
      for (let record = 0, to = 0; record < count; record++) {
        labels.push(labelAt(known, record));
        const from = record * recordBytes + labelBytes;
        for (let pixel = from; pixel < from + plane; pixel++) {
          for (let c = 0; c < channels; c++) images[to++] = known[pixel + c * plane]!;
        }
      }
      if (count > 0) onImages(done, images, labels);
      done += count;
      rest = known.subarray(count * recordBytes);
    },
    end() {
      if (hash.digest("hex") === md5) return;
      throw new UserError(`${path} is not the published file: its MD5 is not ${md5}. ${remedy}`);
    },
  };
}
