import { randomBytes } from "node:crypto";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import stringify from "json-stringify-pretty-compact";
import { messageOf, UserError } from "../errors.js";
import { syncFolder, writeSynced } from "./durable.js";
import { encodeFilters } from "./filters.js";
import { type Run, recordVersion } from "./record.js";
import {
  filtersFile,
  inspectRun,
  namesIn,
  type RunPlace,
  recordFile,
  runFolder,
  unfinished,
} from "./store.js";
import { saveWeights } from "./weights.js";

/** A temporary folder older than this has lost its writer: a record is written in well under a second. */
const abandonedAfterMs = 10 * 60_000;

export interface SaveOptions {
  /** Default "records". */
  place?: RunPlace;
  /** Put the new record in the place of a finished one. Default false: a finished record stays as it is. */
  replace?: boolean;
}

/**
 * Writes a run whole or not at all: into a temporary folder beside its place, everything synced to disk, then the
 * folder renamed. A finished record is left as it is unless `replace`; a damaged one or one of an older version is
 * replaced. Weights, where the run has them, go to the cache. Returns the folder and whether it was written.
 */
export async function saveRun(
  { record, filters, weights }: Run,
  { place = "records", replace = false }: SaveOptions = {},
): Promise<{ folder: string; saved: boolean }> {
  const folder = runFolder(record.id, record.seed, place);
  const parent = dirname(folder);
  const temporary = join(parent, `${basename(folder)}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`);
  try {
    if (weights) await saveWeights(record.id, record.seed, weights);
    await mkdir(temporary, { recursive: true });
    await writeSynced(join(temporary, recordFile), `${stringify(record, { maxLength: 110 })}\n`);
    await writeSynced(join(temporary, filtersFile), encodeFilters(filters));
    await syncFolder(temporary);
    const saved = await moveInto(temporary, folder, replace);
    await syncFolder(parent);
    await syncFolder(dirname(parent));
    await removeAbandoned(parent);
    return { folder, saved };
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => {});
    throw explainWriteError(error, folder);
  }
}

/** Renames the complete folder to its final name; false where a finished record stands there already. */
async function moveInto(temporary: string, folder: string, replace: boolean): Promise<boolean> {
  if (await renamed(temporary, folder)) return true;
  const present = await inspectRun(folder);
  const newer = present.state === "other version" && present.version > recordVersion;
  if (newer || (present.state === "finished" && !replace)) {
    await rm(temporary, { recursive: true, force: true });
    return false;
  }
  const old = `${folder}.${process.pid}-replaced.tmp`;
  await rm(old, { recursive: true, force: true });
  await rename(folder, old);
  const done = await renamed(temporary, folder);
  await rm(done ? old : temporary, { recursive: true, force: true });
  if (!done) await rm(old, { recursive: true, force: true });
  return done;
}

/** False where `to` exists with something in it: a rename never merges or overwrites folders. */
async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOTEMPTY" || code === "EEXIST" || code === "EPERM") return false;
    throw error;
  }
}

async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await namesIn(parent)) {
    if (!unfinished.test(name)) continue;
    const path = join(parent, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (Date.now() - mtimeMs > abandonedAfterMs) await rm(path, { recursive: true, force: true });
  }
}

/** Nothing more can be saved until the reader makes room. */
export class DiskFullError extends UserError {
  constructor(path: string, cause: unknown) {
    super(
      `${path} was not written: the disk is full. Free some space and run the same command again; every finished record is intact.`,
      { cause },
    );
  }
}

function explainWriteError(error: unknown, folder: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT") return new DiskFullError(folder, error);
  if (code === "EACCES" || code === "EROFS" || code === "EPERM")
    return new UserError(
      `${folder} was not written: ${messageOf(error)}. Make the folder writable, or name another by FILTER_SPARSITY_RUNS or FILTER_SPARSITY_CACHE.`,
      { cause: error },
    );
  return error;
}
