import { statSync } from "node:fs";
import { join } from "node:path";
import { checkedRuns, stateOf } from "./checked.js";
import {
  type FoundRun,
  filtersFile,
  inspectRunNow,
  placeFolder,
  placeNames,
  type RunPlace,
  recordFile,
  runFolder,
  runFolders,
} from "./store.js";

/** What a look at a run's folder tells. */
export type Glance =
  | { state: "finished"; place: RunPlace; folder: string }
  | Exclude<FoundRun, { state: "finished" }>;

/**
 * Which runs are on disk, from one listing of each place. Made for plans of thousands of runs over many times as many
 * records: only those asked for are looked at, and of those only such as have changed since they were found whole.
 */
export class RunIndex {
  readonly #places = new Map<RunPlace, Map<string, Set<string> | undefined>>();

  /** Lists both places as they are now. */
  constructor() {
    for (const place of placeNames) {
      this.#places.set(place, new Map(runFolders(placeFolder(place)).map((id) => [id, undefined])));
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
      names = new Set(runFolders(join(placeFolder(place), id)));
      ids.set(id, names);
    }
    return names;
  }
}

const none: Set<string> = new Set();

function glanceAt(id: string, seed: number, place: RunPlace): Glance {
  const folder = runFolder(id, seed, place);
  if (isCheckedWhole(folder)) return { state: "finished", place, folder };
  const found = inspectRunNow(folder);
  return found.state === "finished" ? { state: "finished", place, folder } : found;
}

function isCheckedWhole(folder: string): boolean {
  const [text, table] = [recordFile, filtersFile].map((name) =>
    statSync(join(folder, name), { throwIfNoEntry: false }),
  );
  return Boolean(text && table && checkedRuns().has(folder, stateOf(text, table)));
}
