import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { setting } from "./settings.js";

/** The checkout: the nearest folder above this file that holds `notebooks` and `package.json`. */
export const projectRoot = findProjectRoot(dirname(fileURLToPath(import.meta.url)));

/** Committed run records. `FILTER_SPARSITY_RUNS` overrides it (a shared folder of a cluster, a test's folder). */
export const runsDirectory = (): string =>
  setting("FILTER_SPARSITY_RUNS") ?? join(projectRoot, "data", "runs");

/** Datasets, weights and checkpoints, never committed. `FILTER_SPARSITY_CACHE` overrides it. */
export const cacheDirectory = (): string =>
  setting("FILTER_SPARSITY_CACHE") ?? join(projectRoot, "data", "cache");

/** Measured latencies of pruned networks that were kept, committed. `FILTER_SPARSITY_LATENCY` overrides it. */
export const latencyDirectory = (): string =>
  setting("FILTER_SPARSITY_LATENCY") ?? join(projectRoot, "data", "latency");

/** Filters followed through a run, committed. `FILTER_SPARSITY_WATCHED` overrides it. */
export const watchedDirectory = (): string =>
  setting("FILTER_SPARSITY_WATCHED") ?? join(projectRoot, "data", "watched");

/** Exported figures and their sidecars. `FILTER_SPARSITY_FIGURES` overrides it. */
export const figuresDirectory = (): string =>
  setting("FILTER_SPARSITY_FIGURES") ?? join(projectRoot, "figures");

function findProjectRoot(start: string): string {
  let folder = start;
  while (!(existsSync(join(folder, "package.json")) && existsSync(join(folder, "notebooks")))) {
    const parent = dirname(folder);
    if (parent === folder) return process.cwd();
    folder = parent;
  }
  return folder;
}
