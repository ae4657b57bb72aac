import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { UserError } from "../errors.js";

/** A file that is read by position. */
export interface OpenFile {
  /** Bytes. */
  size(): number;
  /**
   * Fills `target`, or the part of it that `place` names, with what begins at `position`. Throws `UserError` where the
   * file ends before.
   */
  read(target: Uint8Array, position: number, place?: { offset: number; length: number }): void;
  close(): void;
}

/** Opens a file for reading; `undefined` where there is none. */
export function openFile(path: string): OpenFile | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, "r");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
  if (!fstatSync(descriptor).isFile()) {
    closeSync(descriptor);
    return undefined;
  }
  // A closed descriptor's number may by then be another file's.
  const open = () => {
    if (descriptor === undefined) throw new Error(`The dataset in ${path} was closed before its last use.`);
    return descriptor;
  };
  return {
    size: () => fstatSync(open()).size,
    read(target, position, { offset, length } = { offset: 0, length: target.length }) {
      for (let done = 0; done < length; ) {
        const count = readSync(open(), target, offset + done, length - done, position + done);
        if (count === 0) {
          throw new UserError(`${path} was cut short while it was in use. Run the same command again.`);
        }
        done += count;
      }
    },
    close() {
      if (descriptor !== undefined) closeSync(descriptor);
      descriptor = undefined;
    },
  };
}
