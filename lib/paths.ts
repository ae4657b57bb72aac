import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { setting } from "./settings.js";

const here = dirname(fileURLToPath(import.meta.url));

/** The library's own folder: `lib` of a checkout, or the installed package. */
export const libraryRoot = findAbove(here, (folder) => existsSync(join(folder, "package.json"))) ?? here;

const checkout = findAbove(here, (folder) =>
  ["package.json", "notebooks"].every((name) => existsSync(join(folder, name))),
);

/** Whether the library runs in its checkout, with the notebooks; else it is a package of another project. */
export const inCheckout = checkout !== undefined;

/** The checkout; of the installed package the folder that the program runs in. */
export const projectRoot = checkout ?? process.cwd();

/** Committed run records. `FILTER_SPARSITY_RUNS` overrides it (a shared folder of a cluster, a test's folder). */
export const runsDirectory = (): string =>
  setting("FILTER_SPARSITY_RUNS") ?? join(projectRoot, "data", "runs");

/** Datasets, weights and checkpoints, never committed. `FILTER_SPARSITY_CACHE` overrides it. */
export const cacheDirectory = (): string =>
  setting("FILTER_SPARSITY_CACHE") ?? join(projectRoot, "data", "cache");

/** Measured latencies of pruned networks that were kept, committed. `FILTER_SPARSITY_LATENCY` overrides it. */
export const latencyDirectory = (): string =>
  setting("FILTER_SPARSITY_LATENCY") ?? join(projectRoot, "data", "latency");

/** Networks of published architectures, trained and inspected, committed. */
export const modelsDirectory = (): string => join(projectRoot, "data", "models");

/** Filters followed through a run, committed. `FILTER_SPARSITY_WATCHED` overrides it. */
export const watchedDirectory = (): string =>
  setting("FILTER_SPARSITY_WATCHED") ?? join(projectRoot, "data", "watched");

/** Exported figures and their sidecars. `FILTER_SPARSITY_FIGURES` overrides it. */
export const figuresDirectory = (): string =>
  setting("FILTER_SPARSITY_FIGURES") ?? join(projectRoot, "figures");

/** The nearest folder, from `start` upwards, that is such a one. */
function findAbove(start: string, isOne: (folder: string) => boolean): string | undefined {
  let folder = start;
  while (!isOne(folder)) {
    const parent = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
  return folder;
}
