import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { hostname } from "node:os";
import { dirname, join, relative } from "node:path";

/** Of another host nobody can ask whether the process lives. */
const abandonedAfterMs = 24 * 3600_000;
const host = hostname().replace(/[^\w.]/g, "");

/** The name of a temporary file or folder that says whose it is; git ignores it. */
export const temporaryName = (stem: string): string =>
  `.${stem}-${host}-${process.pid}-${randomBytes(4).toString("hex")}.tmp`;

/** Removes what killed processes left in a folder under names of `temporaryName`. */
export function removeAbandoned(folder: string, stem: string): void {
  for (const path of abandoned(folder, stem)) rmSync(path, { recursive: true, force: true });
}

/** What processes that live no more left in a folder under names of `temporaryName`. */
function abandoned(folder: string, stem: string): string[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.flatMap((name) => {
    const own = name.startsWith(`.${stem}-`) && /-([^-]+)-(\d+)-[0-9a-f]{8}\.tmp$/.exec(name);
    if (!own) return [];
    const path = join(folder, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    return (own[1] === host ? !isAlive(Number(own[2])) : age > abandonedAfterMs) ? [path] : [];
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/**
 * Files of one folder that belong together: written aside, and put in their places only when all of them are on the disk.
 * A full disk, a signal or a crash before that leaves the set of before as it was; what it leaves besides is removed by
 * the next. A process that is killed while they take their places has the next put the rest of them in theirs. Nobody
 * else's file in the folder is touched.
 */
export class StagedFiles {
  #aside: string;
  readonly #names = new Set<string>();

  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true });
    completeAbandoned(directory);
    removeAbandoned(directory, "staged");
    this.#aside = join(directory, temporaryName("staged"));
    mkdirSync(this.#aside);
  }

  /** Where to write the file that is to be `name`, a path below the folder. */
  path(name: string): string {
    this.#names.add(name);
    const path = join(this.#aside, name);
    mkdirSync(dirname(path), { recursive: true });
    return path;
  }

  /** Puts all of them in their places. Returns their paths, in the order in which they were asked for. */
  commit(): string[] {
    const names = [...this.#names];
    for (const name of names) sync(join(this.#aside, name));
    const complete = join(this.directory, temporaryName("complete"));
    renameSync(this.#aside, complete);
    this.#aside = complete;
    putInPlace(complete, this.directory);
    return names.map((name) => join(this.directory, name));
  }

  /** Removes what was written and is not in its place; after `commit` there is nothing. */
  discard(): void {
    rmSync(this.#aside, { recursive: true, force: true });
  }
}

/** Puts in place what killed processes had begun to: of several that see it, the first to take it. */
function completeAbandoned(directory: string): void {
  for (const path of abandoned(directory, "complete")) {
    const own = join(directory, temporaryName("complete"));
    try {
      renameSync(path, own);
    } catch {
      continue;
    }
    putInPlace(own, directory);
  }
}

/** Moves all files of a folder, in subfolders too, to the same names in another, and removes the folder. */
function putInPlace(from: string, to: string): void {
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const place = join(to, relative(from, path));
    mkdirSync(dirname(place), { recursive: true });
    renameSync(path, place);
  }
  rmSync(from, { recursive: true, force: true });
}

function sync(path: string): void {
  const file = openSync(path, "r+");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
