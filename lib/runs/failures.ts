import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { cacheDirectory } from "../paths.js";

/** Why a run's latest attempt failed; a note for the reader, which a later record makes void. */
export interface Failure {
  message: string;
  host: string;
  /** ISO 8601, UTC. */
  at: string;
}

const failuresFolder = (): string => join(cacheDirectory(), "failures");
const failureFile = (id: string, seed: number): string => join(failuresFolder(), `${id}-seed-${seed}.json`);

/** Keeps the reason in the cache, where `sweep status` finds it, also from another host of a shared folder. */
export async function noteFailure(id: string, seed: number, message: string): Promise<void> {
  const failure: Failure = { message, host: hostname(), at: new Date().toISOString() };
  await mkdir(failuresFolder(), { recursive: true });
  await writeFileAtomic(failureFile(id, seed), JSON.stringify(failure));
}

export async function forgetFailure(id: string, seed: number): Promise<void> {
  await rm(failureFile(id, seed), { force: true });
}

/** All notes, by `<id>/<seed>`; what cannot be read is passed over. */
export async function readFailures(): Promise<Map<string, Failure>> {
  const names = await readdir(failuresFolder()).catch(() => [] as string[]);
  const failures = new Map<string, Failure>();
  for (const name of names) {
    const [, id, seed] = /^([0-9a-f]+)-seed-(\d+)\.json$/.exec(name) ?? [];
    if (id === undefined) continue;
    const failure = await readFile(join(failuresFolder(), name), "utf8")
      .then((text) => JSON.parse(text) as Failure)
      .catch(() => undefined);
    if (failure) failures.set(`${id}/${seed}`, failure);
  }
  return failures;
}
