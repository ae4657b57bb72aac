import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "../errors.js";
import { removeAbandoned, temporaryName } from "../staged.js";
import { datasetChecksum, labelBytes } from "./checksum.js";
import { openFile } from "./open-file.js";
import { encodeHeader, type PackHeader, type PackLayout, packedSplits, packLayout } from "./pack.js";

/** Takes the images of a pack in any order, a few at a time. */
export interface PackWriter {
  /**
   * @param first index of the first of these images in its split
   * @param images [labels.length, height, width, channels], uint8
   */
  put(split: "train" | "test", first: number, images: Uint8Array, labels: ArrayLike<number>): void;
}

/**
 * Writes a packed dataset whole or not at all: to a temporary file, flushed to disk, then renamed. Only what `fill`
 * holds is in memory.
 *
 * @param fill puts every image of both splits
 * @throws UserError where the cache cannot be written
 */
export async function writePack(
  path: string,
  parts: Omit<PackHeader, "checksum">,
  fill: (writer: PackWriter) => Promise<void> | void,
): Promise<void> {
  // As long as the header to come, whose checksum is known at the end.
  const provisional: PackHeader = { ...parts, checksum: "0".repeat(64) };
  const headerLength = encodeHeader(provisional).length;
  const layout = packLayout(provisional, headerLength);
  const temporary = join(dirname(path), temporaryName("pack"));
  const descriptor = inCache(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    removeAbandoned(dirname(path), "pack");
    return openSync(temporary, "wx");
  });
  const write = (bytes: Uint8Array, position: number) =>
    inCache(path, () => {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(descriptor, bytes, done, bytes.length - done, position + done);
      }
    });
  try {
    await fill({
      put(split, first, images, labels) {
        const part = layout[split];
        write(labelBytes(labels), part.labels + 2 * first);
        write(images, part.images + first * layout.imageBytes);
      },
    });
    write(encodeHeader({ ...parts, checksum: writtenChecksum(temporary, provisional, layout) }), 0);
    inCache(path, () => fsyncSync(descriptor));
    inCache(path, () => renameSync(temporary, path));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** Read back from the file: images come in any order, but are hashed in theirs. */
function writtenChecksum(path: string, header: PackHeader, layout: PackLayout): string {
  const file = openFile(path)!;
  try {
    return datasetChecksum({ ...header, ...packedSplits(file, layout) });
  } finally {
    file.close();
  }
}

function inCache<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
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
    EISDIR: "a folder stands in its place",
  }[code ?? ""];
  if (!reason) return cause;
  return new UserError(
    `Could not write ${path}: ${reason}. Make room, or set FILTER_SPARSITY_CACHE to a folder that can be written.`,
    { cause },
  );
}
