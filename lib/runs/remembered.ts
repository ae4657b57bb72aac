import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { cacheDirectory } from "../paths.js";

/** What tells whether a file was touched since: any write, copy or replacement changes one of these. */
interface FileState {
  ino: number;
  size: number;
  ctimeMs: number;
}

/** Of a record, or of a record and its table, as one text. */
export const stateOf = (...files: readonly FileState[]): string =>
  files.map(({ ino, size, ctimeMs }) => `${ino}.${size}.${ctimeMs}`).join(" ");

/** More than that is no cache any more. */
const most = 200_000;

type Entry<Value> = [state: string, value: Value];

/**
 * What was found out of runs, by folder, with the state of their files then: what lies there unchanged is not read again
 * to say the same. Kept in the cache between commands, where there is a cache; it can be deleted at any time.
 */
class Remembered<Value> {
  readonly #file: string;
  readonly #known: Map<string, Entry<Value>>;
  readonly #found = new Map<string, Entry<Value>>();

  constructor(file: string) {
    this.#file = file;
    this.#known = readEntries(file);
  }

  /** Undefined where nothing is known of the files as they are now. */
  get(folder: string, state: string): Value | undefined {
    const [then, value] = this.#found.get(folder) ?? this.#known.get(folder) ?? [];
    return then === state ? value : undefined;
  }

  set(folder: string, state: string, value: Value): void {
    this.#found.set(folder, [state, value]);
  }

  /** With what other commands have found meanwhile. Nothing is lost where it cannot be written. */
  save(): void {
    if (this.#found.size === 0 || !existsSync(dirname(this.#file))) return;
    const entries = [...new Map([...readEntries(this.#file), ...this.#found])].slice(-most);
    try {
      writeFileAtomic.sync(this.#file, JSON.stringify(Object.fromEntries(entries)), { fsync: false });
    } catch {}
  }
}

function readEntries<Value>(file: string): Map<string, Entry<Value>> {
  try {
    const entries = Object.entries(JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>);
    return new Map(
      entries.filter((entry): entry is [string, Entry<Value>] => {
        const [, known] = entry;
        return Array.isArray(known) && known.length === 2 && typeof known[0] === "string";
      }),
    );
  } catch {
    return new Map();
  }
}

const opened = new Map<string, Remembered<unknown>>();
process.once("exit", () => {
  for (const remembered of opened.values()) remembered.save();
});

/**
 * A memory of the cache folder as it is set now. A name stands for one shape of values: another shape takes another name.
 */
export function remembered<Value>(name: string): Remembered<Value> {
  const file = join(cacheDirectory(), `${name}.json`);
  const before = opened.get(file) ?? new Remembered<unknown>(file);
  opened.set(file, before);
  return before as Remembered<Value>;
}

/** Runs that were found whole. */
export const checkedRuns = (): Remembered<true> => remembered("checked-runs-2");
