import { closeSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { checkedRuns, remembered, stateOf } from "./remembered.js";
import {
  type FoundRun,
  inspectRunNow,
  placeFolder,
  placeNames,
  type RunPlace,
  recordFile,
  runFolder,
  runFolders,
  type StoredRun,
  seedFolder,
  stateIn,
} from "./store.js";

/** Which images, and which copy of them. */
interface Images {
  name: string;
  source: string;
}

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
  readonly #states = new Map<string, string>();
  #datasets: Images[] | undefined;

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
      [...this.#names(place, id)].flatMap((name) => seedFolder.exec(name)?.[1] ?? []).map(Number),
    );
    return [...new Set(seeds)].sort((a, b) => a - b);
  }

  /** A text that differs once any run of a configuration is added, removed or touched. Nothing is read for it. */
  stateOf(id: string): string {
    const before = this.#states.get(id);
    if (before !== undefined) return before;
    const state = placeNames
      .flatMap((place) => [...this.#names(place, id)].map((name) => join(placeFolder(place), id, name)))
      .map((folder) => `${folder} ${stateIn(folder)}`)
      .join("\n");
    this.#states.set(id, state);
    return state;
  }

  /** Whether a configuration has a folder in either place. */
  has(id: string): boolean {
    return placeNames.some((place) => this.#places.get(place)!.has(id));
  }

  /** Images that runs on record are of, each pair once; of each configuration one record is looked at, once. */
  datasets(): Images[] {
    this.#datasets ??= [
      ...new Map(
        this.ids()
          .flatMap((id) => this.#datasetOf(id) ?? [])
          .map((dataset) => [`${dataset.name}/${dataset.source}`, dataset]),
      ).values(),
    ];
    return this.#datasets;
  }

  /** Of the first seed, as most have it, without a listing of what else there is. */
  #datasetOf(id: string): Images | undefined {
    for (const place of placeNames) {
      if (!this.#places.get(place)!.has(id)) continue;
      const found = datasetIn(join(placeFolder(place), id, "seed-1"));
      if (found) return found;
      for (const name of this.#names(place, id)) {
        const other = seedFolder.test(name) ? datasetIn(join(placeFolder(place), id, name)) : undefined;
        if (other) return other;
      }
    }
    return undefined;
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

  /** The same with the record. */
  find(
    id: string,
    seed: number,
  ): (StoredRun & { state: "finished" }) | Exclude<FoundRun, { state: "finished" }> {
    let best: Exclude<FoundRun, { state: "finished" }> = { state: "missing" };
    for (const place of placeNames) {
      if (!this.#names(place, id).has(`seed-${seed}`)) continue;
      const found = inspectRunNow(runFolder(id, seed, place));
      if (found.state === "finished") return { ...found, place };
      if (best.state === "missing") best = found;
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
const head = Buffer.alloc(2048);

function glanceAt(id: string, seed: number, place: RunPlace): Glance {
  const folder = runFolder(id, seed, place);
  if (isCheckedWhole(folder)) return { state: "finished", place, folder };
  const found = inspectRunNow(folder);
  return found.state === "finished" ? { state: "finished", place, folder } : found;
}

function isCheckedWhole(folder: string): boolean {
  const state = stateIn(folder);
  return Boolean(state && checkedRuns().get(folder, state));
}

/** What a record's configuration says of its images; of a file that was looked at before, without opening it. */
function datasetIn(folder: string): Images | undefined {
  const file = statSync(join(folder, recordFile), { throwIfNoEntry: false });
  if (!file) return undefined;
  const [known, state] = [remembered<Images>("images-of-runs"), stateOf(file)];
  const before = known.get(folder, state);
  if (before) return before;
  const dataset = readDataset(folder);
  if (dataset) known.set(folder, state, { name: dataset.name, source: dataset.source });
  return dataset;
}

/** From the beginning of the record's text where that is enough. */
function readDataset(folder: string): Images | undefined {
  const [, name, source] =
    /"dataset":\s*\{\s*"name":\s*"([^"\\]+)",\s*"source":\s*"([^"\\]+)"/.exec(headOf(folder)) ?? [];
  if (name !== undefined && source !== undefined) return { name, source };
  const found = inspectRunNow(folder);
  return found.state === "finished" ? found.record.config.dataset : undefined;
}

function headOf(folder: string): string {
  try {
    const file = openSync(join(folder, recordFile), "r");
    try {
      return head.toString("utf8", 0, readSync(file, head, 0, head.length, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return "";
  }
}
