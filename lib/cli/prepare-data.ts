import { printable } from "../printable.js";
import { type RunConfig, runId } from "../runs/config.js";
import type { Job } from "../runs/queue.js";
import { findRun } from "../runs/store.js";
import type { Locations } from "./options.js";

export interface PrepareOptions {
  locations: Locations;
  /** All runs are to be trained, whatever is on disk. */
  fresh: boolean | undefined;
  print: (line: string) => void;
}

/**
 * Loads once, before any worker starts, what the runs that are to be trained look at: data that is missing or broken
 * is told once and at the beginning, and the workers find it packed in the cache. Throws `UserError` as `loadDataset`.
 */
export async function prepareData(jobs: Job[], { locations, fresh, print }: PrepareOptions): Promise<void> {
  const needed = new Map<string, RunConfig["dataset"]>();
  for (const { config, seed } of jobs) {
    const { dataset } = config;
    const found = fresh ? undefined : await findRun(runId(config), seed);
    if (found?.state !== "finished") needed.set(JSON.stringify(dataset), dataset);
  }
  const notes = new Set<string>();
  for (const dataset of needed.values()) {
    const { loadDataset } = await import("../datasets/index.js");
    let told = false;
    const onProgress = () => {
      if (!told) print(`data ${dataset.name}: reading and packing the images, once`);
      told = true;
    };
    const onNote = (note: string) => {
      const line = printable(`note ${dataset.name}: ${note}`);
      if (!notes.has(line)) print(line);
      notes.add(line);
    };
    const opened = await loadDataset(dataset, { location: locations[dataset.name], onProgress, onNote });
    opened.close();
  }
}
