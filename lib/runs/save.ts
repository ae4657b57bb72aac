import { randomBytes } from "node:crypto";
import { cp, mkdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import stringify from "json-stringify-pretty-compact";
import { messageOf, UserError } from "../errors.js";
import { cacheDirectory } from "../paths.js";
import { syncFolder, writeSynced } from "./durable.js";
import { checksumOf, encodeFilters } from "./filters.js";
import { type Run, recordVersion } from "./record.js";
import { parseRecord } from "./schema.js";
import {
  filtersFile,
  inspectRun,
  type RunPlace,
  recordFile,
  replacedEnding,
  runFolder,
  runFolders,
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

export interface SavedRun {
  folder: string;
  /** False where a finished record was left as it is. */
  saved: boolean;
  /** Where a damaged record that stood there was put. */
  setAside?: string;
}

/**
 * Writes a run whole or not at all: into a temporary folder beside its place, everything synced to disk, then the
 * folder renamed. A finished record is left as it is unless `replace`; one of an older version is replaced; a damaged one
 * is set aside in the cache. Weights, where the run has them, go to the cache. Throws where the record would hold what no
 * reader takes.
 */
export async function saveRun(
  { record, filters, weights }: Run,
  { place = "records", replace = false }: SaveOptions = {},
): Promise<SavedRun> {
  const folder = runFolder(record.id, record.seed, place);
  const parent = dirname(folder);
  const temporary = join(parent, `${basename(folder)}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`);
  const table = encodeFilters(filters);
  const text = `${stringify({ ...record, table: { sha256: checksumOf(table) } }, { maxLength: 110 })}\n`;
  const parsed = parseRecord(text);
  if (parsed.kind === "damaged")
    throw new Error(`the record of ${record.id}/${record.seed} is not saved: ${parsed.reason}`);
  try {
    if (weights) await saveWeights(record.id, record.seed, weights);
    await mkdir(temporary, { recursive: true });
    await writeSynced(join(temporary, recordFile), text);
    await writeSynced(join(temporary, filtersFile), table);
    await syncFolder(temporary);
    const result = await moveInto(temporary, folder, replace);
    await syncFolder(parent);
    await syncFolder(dirname(parent));
    await removeAbandoned(parent);
    return { folder, ...result };
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => {});
    throw explainWriteError(error, folder);
  }
}

/** Renames the complete folder to its final name; `saved` is false where a finished record stands there already. */
async function moveInto(
  temporary: string,
  folder: string,
  replace: boolean,
): Promise<Pick<SavedRun, "saved" | "setAside">> {
  const old = `${folder}.${process.pid}${replacedEnding}`;
  let setAside: string | undefined;
  // Again where somebody else has put a folder there meanwhile.
  while (!(await renamed(temporary, folder))) {
    const present = await inspectRun(folder);
    const newer = present.state === "other version" && present.version > recordVersion;
    if (newer || (present.state === "finished" && !replace)) {
      await rm(temporary, { recursive: true, force: true });
      return { saved: false };
    }
    if (present.state === "damaged") setAside = await putAside(folder);
    else {
      await rm(old, { recursive: true, force: true });
      // Should this process die now, the next that looks puts it back: see `runFolders`.
      await rename(folder, old).catch(ignoreMissing);
    }
  }
  await rm(old, { recursive: true, force: true });
  return { saved: true, ...(setAside !== undefined && { setAside }) };
}

/** Moves a damaged record where it is in nobody's way, for whoever wants to know what happened to it. */
async function putAside(folder: string): Promise<string> {
  const name = `${basename(dirname(folder))}-${basename(folder)}-${new Date().toISOString().replace(/\W/g, "")}`;
  const aside = join(cacheDirectory(), "damaged", name);
  await mkdir(dirname(aside), { recursive: true });
  try {
    await rename(folder, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    await cp(folder, aside, { recursive: true });
    await rm(folder, { recursive: true, force: true });
  }
  return aside;
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
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
  for (const name of runFolders(parent)) {
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
