import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { messageOf, UserError } from "../errors.js";
import { cacheDirectory, runsDirectory } from "../paths.js";
import { decodeFilters } from "./filters.js";
import { type Run, type RunRecord, recordVersion } from "./record.js";
import { parseRecord } from "./schema.js";

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
/** A folder that is being written, or was when its writer died. Git ignores the name. */
export const unfinished = /\.tmp$/;

/** What the disk has of one run. */
export type FoundRun =
  | { state: "finished"; record: RunRecord; folder: string }
  | { state: "missing" }
  | { state: "other version"; version: number; folder: string }
  | { state: "damaged"; reason: string; folder: string };

/** Looks a run up in both places without reading its per-filter table; never throws on what it finds. */
export async function findRun(id: string, seed: number): Promise<FoundRun> {
  let best: FoundRun = { state: "missing" };
  for (const place of placeNames) {
    const found = await inspectRun(runFolder(id, seed, place));
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

/** Adds the per-filter table to a finished record. Throws `UserError` naming the file if the table is damaged. */
export async function readRun({ record, folder }: Pick<StoredRun, "record" | "folder">): Promise<Run> {
  return { record, filters: await readFilters(folder) };
}

export interface StoredRun {
  record: RunRecord;
  place: RunPlace;
  folder: string;
}

/**
 * Every finished record of both places, by dataset, configuration and seed; per-filter tables are not read. What is
 * no finished record is left alone and told in `problems`, one line each.
 */
export async function listRuns(): Promise<{ runs: StoredRun[]; problems: string[] }> {
  const runs: StoredRun[] = [];
  const problems: string[] = [];
  for (const place of placeNames) {
    const top = places[place]();
    for (const id of await namesIn(top)) {
      for (const name of await namesIn(join(top, id))) {
        const folder = join(top, id, name);
        const shown = relative(process.cwd(), folder);
        if (unfinished.test(name)) {
          problems.push(`${shown}: left by a run that was cut off while it was saved; it can be deleted`);
          continue;
        }
        if (!/^seed-\d+$/.test(name)) continue;
        const found = await inspectRun(folder);
        if (found.state === "finished") runs.push({ record: found.record, place, folder });
        else if (found.state === "other version")
          problems.push(
            `${shown}: layout version ${found.version}, this program reads ${recordVersion}; left out`,
          );
        else if (found.state === "damaged")
          problems.push(`${shown}: damaged (${found.reason}); left out. Delete it and train the run again`);
      }
    }
  }
  const key = ({ record: r }: StoredRun) => `${r.dataset.name}/${r.dataset.source}/${r.id}`;
  runs.sort((a, b) => key(a).localeCompare(key(b)) || a.record.seed - b.record.seed);
  return { runs, problems };
}

/** What a run's folder holds; never throws. */
export async function inspectRun(folder: string): Promise<FoundRun> {
  let text: string;
  try {
    text = await readFile(join(folder, recordFile), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT")
      return { state: "damaged", reason: messageOf(error), folder };
    return (await exists(folder))
      ? { state: "damaged", reason: `${recordFile} is missing`, folder }
      : { state: "missing" };
  }
  const parsed = parseRecord(text);
  if (parsed.kind === "other version") return { state: "other version", version: parsed.version, folder };
  if (parsed.kind === "damaged") return { state: "damaged", reason: parsed.reason, folder };
  if (!(await exists(join(folder, filtersFile))))
    return { state: "damaged", reason: `${filtersFile} is missing`, folder };
  const { record } = parsed;
  const expected = join(record.id, `seed-${record.seed}`);
  if (expected !== join(basename(dirname(resolve(folder))), basename(folder)))
    return { state: "damaged", reason: `it is the record of ${expected}`, folder };
  return { state: "finished", record, folder };
}

async function readFilters(folder: string): Promise<Run["filters"]> {
  try {
    return await decodeFilters(await readFile(join(folder, filtersFile)));
  } catch (error) {
    throw damaged(join(folder, filtersFile), messageOf(error));
  }
}

const damaged = (path: string, reason: string) =>
  new UserError(`${path} is damaged: ${reason}. Delete ${path} and train the run again.`);

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Names of the folders in a folder; none where it does not exist. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
