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
import { dirname, join } from "node:path";

/** Of another host nobody can ask whether the process lives. */
const abandonedAfterMs = 24 * 3600_000;
const host = hostname().replace(/[^\w.]/g, "");

/** The name of a temporary file or folder that says whose it is; git ignores it. */
export const temporaryName = (stem: string): string =>
  `.${stem}-${host}-${process.pid}-${randomBytes(4).toString("hex")}.tmp`;

/** Removes what killed processes left in a folder under names of `temporaryName`. */
export function removeAbandoned(folder: string, stem: string): void {
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const own = name.startsWith(`.${stem}-`) && /-([^-]+)-(\d+)-[0-9a-f]{8}\.tmp$/.exec(name);
    if (!own) continue;
    const path = join(folder, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    const dead = own[1] === host ? !isAlive(Number(own[2])) : age > abandonedAfterMs;
    if (dead) rmSync(path, { recursive: true, force: true });
  }
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
 * the next. Nobody else's file in the folder is touched.
 */
export class StagedFiles {
  readonly #aside: string;
  readonly #names = new Set<string>();

  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true });
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
    for (const name of names) mkdirSync(dirname(join(this.directory, name)), { recursive: true });
    for (const name of names) renameSync(join(this.#aside, name), join(this.directory, name));
    this.discard();
    return names.map((name) => join(this.directory, name));
  }

  /** Removes what was written; after `commit` there is nothing. */
  discard(): void {
    rmSync(this.#aside, { recursive: true, force: true });
  }
}

function sync(path: string): void {
  const file = openSync(path, "r+");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
