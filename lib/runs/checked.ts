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

/** Of a record and its table, as one text. */
export const stateOf = (...files: readonly FileState[]): string =>
  files.map(({ ino, size, ctimeMs }) => `${ino}.${size}.${ctimeMs}`).join(" ");

/** More than that is no cache any more. */
const most = 200_000;

/**
 * Runs that were found whole, by folder, with the state of their files then: what lies there unchanged is not read again
 * to say that it is whole. Kept in the cache between commands, where there is a cache; it can be deleted at any time.
 */
class CheckedRuns {
  readonly #file: string;
  readonly #known: Map<string, string>;
  readonly #found = new Map<string, string>();

  constructor(file: string) {
    this.#file = file;
    this.#known = readEntries(file);
  }

  has(folder: string, state: string): boolean {
    return (this.#found.get(folder) ?? this.#known.get(folder)) === state;
  }

  add(folder: string, state: string): void {
    this.#found.set(folder, state);
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

function readEntries(file: string): Map<string, string> {
  try {
    const entries = Object.entries(JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>);
    return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
  } catch {
    return new Map();
  }
}

let opened: { file: string; checked: CheckedRuns } | undefined;
process.once("exit", () => opened?.checked.save());

/** Of the cache folder as it is set now. */
export function checkedRuns(): CheckedRuns {
  const file = join(cacheDirectory(), "checked-runs.json");
  if (opened?.file !== file) opened = { file, checked: new CheckedRuns(file) };
  return opened.checked;
}
