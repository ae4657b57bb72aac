import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../errors.js";
import { recordVersion } from "./record.js";
import {
  type FoundRun,
  filtersFile,
  placeFolder,
  placeNames,
  type RunPlace,
  recordFile,
  runFolder,
} from "./store.js";

/** What a short look at a run's folder tells; "unclear" where only reading the whole record would. */
export type Glance =
  | { state: "finished"; place: RunPlace; folder: string }
  | { state: "unclear"; place: RunPlace; folder: string }
  | Exclude<FoundRun, { state: "finished" }>;

/**
 * Which runs are on disk, from one listing of each place and the first and last bytes of the records asked for. Made
 * for plans of thousands of runs over many times as many records: a record is taken for finished if it begins as one of
 * its id, seed and version and is complete; `loadRun` reads all of it.
 */
export class RunIndex {
  readonly #places = new Map<RunPlace, Map<string, Set<string> | undefined>>();

  /** Lists both places as they are now. */
  constructor() {
    for (const place of placeNames) {
      this.#places.set(place, new Map(listed(placeFolder(place)).map((id) => [id, undefined])));
    }
  }

  /** Ids that have a folder in either place. */
  ids(): string[] {
    return [...new Set([...this.#places.values()].flatMap((ids) => [...ids.keys()]))];
  }

  /** Seeds of a configuration that have a folder in either place, ascending. */
  seeds(id: string): number[] {
    const seeds = placeNames.flatMap((place) =>
      [...this.#names(place, id)].flatMap((name) => /^seed-(\d+)$/.exec(name)?.[1] ?? []).map(Number),
    );
    return [...new Set(seeds)].sort((a, b) => a - b);
  }

  look(id: string, seed: number): Glance {
    let best: Glance = { state: "missing" };
    for (const place of placeNames) {
      if (!this.#names(place, id).has(`seed-${seed}`)) continue;
      const glance = glanceAt(id, seed, place);
      if (glance.state === "finished") return glance;
      if (best.state === "missing") best = glance;
    }
    return best;
  }

  #names(place: RunPlace, id: string): Set<string> {
    const ids = this.#places.get(place)!;
    if (!ids.has(id)) return none;
    let names = ids.get(id);
    if (!names) {
      names = new Set(listed(join(placeFolder(place), id)));
      ids.set(id, names);
    }
    return names;
  }
}

const none: Set<string> = new Set();

/** Names in a folder; none where it does not exist. */
function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw error;
  }
}

/** As `saveRun` begins a record, however it is indented. */
const beginning = /^\s*\{\s*"version":\s*(\d+),\s*"id":\s*"([0-9a-f]+)",\s*"seed":\s*(\d+),/;
const buffer = Buffer.alloc(256);

function glanceAt(id: string, seed: number, place: RunPlace): Glance {
  const folder = runFolder(id, seed, place);
  let head: string;
  let tail: string;
  try {
    const file = openSync(join(folder, recordFile), "r");
    try {
      head = buffer.toString("latin1", 0, readSync(file, buffer, 0, buffer.length, 0));
      const { size } = fstatSync(file);
      tail = buffer.toString("latin1", 0, readSync(file, buffer, 0, 8, Math.max(0, size - 8)));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    return { state: "damaged", reason: missing ? `${recordFile} is missing` : messageOf(error), folder };
  }
  const [, version, ownId, ownSeed] = beginning.exec(head) ?? [];
  if (version === undefined) return { state: "unclear", place, folder };
  if (Number(version) !== recordVersion) return { state: "other version", version: Number(version), folder };
  if (ownId !== id || Number(ownSeed) !== seed)
    return { state: "damaged", reason: `it is the record of ${ownId}/seed-${ownSeed}`, folder };
  if (!tail.trimEnd().endsWith("}")) return { state: "damaged", reason: `${recordFile} is cut off`, folder };
  if (!existsSync(join(folder, filtersFile)))
    return { state: "damaged", reason: `${filtersFile} is missing`, folder };
  return { state: "finished", place, folder };
}
