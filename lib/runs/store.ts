import { existsSync, readdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { messageOf, UserError } from "../errors.js";
import { cacheDirectory, runsDirectory } from "../paths.js";
import type { FilterTable } from "../sparsity/filter-table.js";
import { FilterFile, lazyFilters } from "./filters.js";
import { type Run, type RunRecord, recordVersion } from "./record.js";
import { checkedRuns, stateOf } from "./remembered.js";
import { parseRecord } from "./schema.js";
import { whyNotItsTable } from "./whole.js";

/** "records": the committed evidence; "cache": short runs that are never committed. Both are read. */
export type RunPlace = "records" | "cache";

const places: Record<RunPlace, () => string> = {
  records: runsDirectory,
  cache: () => join(cacheDirectory(), "runs"),
};
export const placeNames = Object.keys(places) as RunPlace[];

/** The folder that holds all runs of a place, whether or not it exists. */
export const placeFolder = (place: RunPlace): string => places[place]();

/** The folder of one run, whether or not it exists. */
export const runFolder = (id: string, seed: number, place: RunPlace = "records"): string =>
  join(places[place](), id, `seed-${seed}`);

export const recordFile = "record.json";
export const filtersFile = "filters.parquet";
/** Names of the folders of finished runs. */
export const seedFolder = /^seed-(\d+)$/;
/** A folder that is being written, or was when its writer died. Git ignores the name. */
export const unfinished = /\.tmp$/;
/** Of the name of a record that gives way to a new one, behind its own name, a dot and a process id. */
export const replacedEnding = "-replaced.tmp";

/** What the disk has of one run. */
export type FoundRun =
  | { state: "finished"; record: RunRecord; folder: string }
  | { state: "missing" }
  | { state: "other version"; version: number; folder: string }
  | { state: "damaged"; reason: string; folder: string };

/** Looks a run up in both places; never throws on what it finds. */
export async function findRun(id: string, seed: number): Promise<FoundRun> {
  let best: FoundRun = { state: "missing" };
  for (const place of placeNames) {
    const folder = runFolder(id, seed, place);
    let found = await inspectRun(folder);
    if (found.state === "missing" && runFolders(dirname(folder)).includes(basename(folder)))
      found = await inspectRun(folder);
    if (found.state === "finished") return found;
    if (best.state === "missing") best = found;
  }
  return best;
}

/** Reads a finished run. Throws `UserError` naming the file if it is missing, damaged or of another version. */
export async function loadRun(id: string, seed: number): Promise<Run> {
  const found = await findRun(id, seed);
  switch (found.state) {
    case "missing":
      throw new UserError(
        `Run ${id}/${seed} has no record under ${places.records()} or ${places.cache()}. Train it, or list what there is with: npm run runs`,
      );
    case "other version":
      throw new UserError(
        `${join(found.folder, recordFile)} has layout version ${found.version}, this program reads ${recordVersion}. ${
          found.version > recordVersion ? "Update the checkout" : "Train the run again"
        }.`,
      );
    case "damaged":
      throw damaged(found.folder, found.reason);
    case "finished":
      return readRun(found);
  }
}

/**
 * A finished record with its per-filter table, whose columns are read when they are looked at; then they throw `UserError`
 * naming the file if it was damaged since the record was found.
 */
export function readRun({ record, folder }: Pick<StoredRun, "record" | "folder">): Run {
  return { record, filters: tableOf(folder) };
}

export interface StoredRun {
  record: RunRecord;
  place: RunPlace;
  folder: string;
}

/**
 * Every folder of a run in both places, one at a time, by configuration and seed, whatever it holds, with its path as it is
 * shown. What was left by a killed process is told to `onProblem` in one line.
 */
export function* eachFolder({
  onProblem,
}: {
  onProblem: (line: string) => void;
}): Generator<{ place: RunPlace; folder: string; shown: string }> {
  const inPlaces = placeNames.map((place) => ({ place, ids: new Set(runFolders(places[place]())) }));
  const all = new Set(inPlaces.flatMap(({ ids }) => [...ids]));
  for (const id of [...all].sort()) {
    const own = inPlaces
      .filter(({ ids }) => ids.has(id))
      .flatMap(({ place }) =>
        runFolders(join(places[place](), id)).map((name) => ({
          ...{ place, name },
          seed: Number(seedFolder.exec(name)?.[1]),
        })),
      );
    own.sort((a, b) => a.seed - b.seed);
    for (const { place, name, seed } of own) {
      const folder = join(places[place](), id, name);
      const shown = relative(process.cwd(), folder);
      if (unfinished.test(name))
        onProblem(`${shown}: left by a run that was cut off while it was saved; it can be deleted`);
      if (!Number.isNaN(seed)) yield { place, folder, shown };
    }
  }
}

/**
 * Every finished record of both places, one at a time, by configuration and seed; per-filter tables are not decoded. What
 * is no finished record is left alone and told to `onProblem` in one line. A run in both places comes twice, the committed
 * one first.
 */
export function* eachRun({
  onProblem = () => {},
}: {
  onProblem?: (line: string) => void;
} = {}): Generator<StoredRun> {
  for (const { place, folder, shown } of eachFolder({ onProblem })) {
    const found = inspectRunNow(folder);
    if (found.state === "finished") yield { record: found.record, place, folder };
    else if (found.state !== "missing") onProblem(`${shown}: ${whyUnread(found)}`);
  }
}

/** What a reader should know of a run that is left out. */
export const whyUnread = (found: Extract<FoundRun, { state: "other version" | "damaged" }>): string =>
  found.state === "damaged"
    ? `damaged (${found.reason}); left out. It is set aside when the run is trained again`
    : `layout version ${found.version}, this program reads ${recordVersion}; left out`;

/**
 * Every finished record at once, by dataset, configuration and seed, and one line for each folder that holds none: for
 * collections that fit into memory.
 */
export async function listRuns(): Promise<{ runs: StoredRun[]; problems: string[] }> {
  const problems: string[] = [];
  const runs = [...eachRun({ onProblem: (line) => problems.push(line) })];
  const key = ({ record: r }: StoredRun) => `${r.dataset.name}/${r.dataset.source}/${r.id}`;
  runs.sort((a, b) => key(a).localeCompare(key(b)) || a.record.seed - b.record.seed);
  return { runs, problems };
}

/**
 * What a run's folder holds; never throws. A run is finished if its record is one of this folder, with values that a run
 * can have, and its table the one that was written with it, to the last bit: every command goes by this.
 */
export async function inspectRun(folder: string): Promise<FoundRun> {
  try {
    const [text, table] = [join(folder, recordFile), join(folder, filtersFile)];
    const assessed = assessRecord(folder, await readFile(text, "utf8"));
    if (assessed.state !== "finished") return assessed;
    const state = stateOf(...(await Promise.all([stat(text), stat(table)])));
    if (checkedRuns().get(folder, state)) return finished(assessed);
    return assessTable(assessed, await readFile(table), state);
  } catch (error) {
    return unreadable(folder, error);
  }
}

/** The same without giving way to anything else: for looking at thousands. */
export function inspectRunNow(folder: string): FoundRun {
  try {
    const [text, table] = [join(folder, recordFile), join(folder, filtersFile)];
    const assessed = assessRecord(folder, readFileSync(text, "utf8"));
    if (assessed.state !== "finished") return assessed;
    const state = stateOf(statSync(text), statSync(table));
    if (checkedRuns().get(folder, state)) return finished(assessed);
    return assessTable(assessed, readFileSync(table), state);
  } catch (error) {
    return unreadable(folder, error);
  }
}

/** The state of a run's files as they are now; undefined where one of them is missing. */
export function stateIn(folder: string): string | undefined {
  const [text, table] = [recordFile, filtersFile].map((name) =>
    statSync(join(folder, name), { throwIfNoEntry: false }),
  );
  return text && table && stateOf(text, table);
}

type Assessed = Extract<FoundRun, { state: "finished" }> & { tableChecksum: string | undefined };

function assessRecord(folder: string, text: string): Assessed | Exclude<FoundRun, { state: "finished" }> {
  const parsed = parseRecord(text);
  if (parsed.kind === "other version") return { state: "other version", version: parsed.version, folder };
  if (parsed.kind === "damaged") return { state: "damaged", reason: parsed.reason, folder };
  const { record, tableChecksum } = parsed;
  const expected = join(record.id, `seed-${record.seed}`);
  if (expected !== join(basename(dirname(resolve(folder))), basename(folder)))
    return { state: "damaged", reason: `it is the record of ${expected}`, folder };
  return { state: "finished", record, folder, tableChecksum };
}

function assessTable(
  { record, folder, tableChecksum }: Assessed,
  bytes: Uint8Array,
  state: string,
): FoundRun {
  let reason: string | undefined;
  try {
    reason = whyNotItsTable(new FilterFile(bytes), record, tableChecksum);
  } catch (error) {
    reason = messageOf(error);
  }
  if (reason !== undefined)
    return { state: "damaged", reason: `${filtersFile} is damaged: ${reason}`, folder };
  checkedRuns().set(folder, state, true);
  return { state: "finished", record, folder };
}

const finished = ({ record, folder }: Assessed): FoundRun => ({ state: "finished", record, folder });

/** No folder at all is no run; a folder without one of its files is a damaged one. */
function unreadable(folder: string, error: unknown): FoundRun {
  const { code, path } = error as NodeJS.ErrnoException;
  if (code !== "ENOENT") return { state: "damaged", reason: messageOf(error), folder };
  if (!existsSync(folder)) return { state: "missing" };
  return { state: "damaged", reason: `${path ? basename(path) : "a file"} is missing`, folder };
}

/** A table that is looked at again, in one piece with its file as long as memory allows. */
function tableOf(folder: string): FilterTable {
  let latest: WeakRef<FilterFile> | undefined;
  return lazyFilters(() => {
    const before = latest?.deref();
    if (before) return before;
    const path = join(folder, filtersFile);
    try {
      const file = new FilterFile(readFileSync(path));
      latest = new WeakRef(file);
      return file;
    } catch (error) {
      throw damaged(path, messageOf(error));
    }
  });
}

const damaged = (path: string, reason: string) =>
  new UserError(`${path} is damaged: ${reason}. Delete ${path} and train the run again.`);

/**
 * Names in the folder of a configuration, or of all; none where it does not exist. A record whose process was killed when it
 * was about to put a new one in its place is put back.
 */
export function runFolders(parent: string): string[] {
  const names = listed(parent);
  for (const name of names.filter((name) => name.endsWith(replacedEnding))) {
    const [own] = name.split(".");
    if (own === undefined || names.includes(own)) continue;
    try {
      renameSync(join(parent, name), join(parent, own));
      names.push(own);
    } catch {
      // Somebody else was faster.
      return listed(parent);
    }
  }
  return names;
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw error;
  }
}
