import { existsSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import type { Engine } from "../engine/engine.js";
import { messageOf, UserError } from "../errors.js";
import { watchedDirectory } from "../paths.js";
import type { Death } from "../sparsity/deaths.js";
import { parseRunConfig, type RunConfigInput, runId } from "./config.js";
import type { Environment } from "./record.js";

/** Layout of the files; a reader refuses another. */
export const watchedVersion = 1;

/** One filter over a run; the arrays hold a value for each probe after the start. */
export interface WatchedFilter {
  /** Name of its layer, e.g. "C3". */
  layer: string;
  filter: number;
  /** Step of the probe from which on it is dead, and why; of a filter that dies. */
  death?: Pick<Death, "step" | "cause">;
  gamma: number[];
  beta: number[];
  /** Maximum of |activation| over map and probed training images. */
  maxActivation: number[];
  selectivity: number[];
  /** |activation| on the sample images: [probes][images] of [side x side], row by row. */
  maps: number[][][];
}

/** A filter that dies in a run and one of the same layer that lives, with what they answer to a few training images. */
export interface WatchedRun {
  version: typeof watchedVersion;
  /** Of the configuration. */
  id: string;
  seed: number;
  environment: Environment;
  /** ISO 8601, UTC. */
  startedAt: string;
  testError: number;
  /** Shares of all filters that are inactive at the end. */
  deadByScale: number;
  deadByActivation: number;
  /** Steps of the probes, the start left out. */
  steps: number[];
  /** Training images, one of a class each: [size, size, 3], uint8. */
  images: { label: string; pixels: number[] }[];
  dying: WatchedFilter;
  living: WatchedFilter;
}

export interface WatchOptions {
  /** Default 1. */
  seed?: number;
  /** Default: the best one found. */
  engine?: Engine;
  /** Sample images, one of each of the first classes. Default 3. */
  images?: number;
}

/**
 * Follows a filter that dies through a run: from its file in `data/watched`, else the run is trained in this process and the
 * file written. Delete the file to watch again. Throws `UserError` where the file is damaged, and where no filter dies whose
 * map is at least 8 pixels wide.
 */
export async function loadOrWatch(
  input: RunConfigInput,
  { seed = 1, engine, images = 3 }: WatchOptions = {},
): Promise<WatchedRun> {
  const config = parseRunConfig(input);
  const path = join(watchedDirectory(), `${runId(config)}-seed-${seed}.json`);
  if (existsSync(path)) return readWatched(path);
  const [{ watchRun }, { openEngine }] = await Promise.all([
    import("./watch.js"),
    import("../engine/index.js"),
  ]);
  const watched = await watchRun(config, { seed, images, engine: engine ?? (await openEngine()) });
  await mkdir(watchedDirectory(), { recursive: true });
  await writeFileAtomic(path, `${JSON.stringify(watched)}\n`);
  return watched;
}

function readWatched(path: string): WatchedRun {
  try {
    const { version, ...watched } = JSON.parse(readFileSync(path, "utf8")) as Partial<WatchedRun>;
    if (version !== watchedVersion) throw new Error(`it has layout ${version}, not ${watchedVersion}`);
    if (!watched.dying || !watched.living || !watched.images) throw new Error("parts of it are missing");
    return { version, ...watched } as WatchedRun;
  } catch (error) {
    throw new UserError(`${path} is damaged: ${messageOf(error)}. Delete it, and the run is watched again.`);
  }
}
