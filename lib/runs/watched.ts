import { existsSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import type { Engine } from "../engine/engine.js";
import { messageOf, UserError } from "../errors.js";
import { watchedDirectory } from "../paths.js";
import { parseRunConfig, type RunConfigInput, runId } from "./config.js";
import { type WatchedRun, watchedVersion } from "./watched-run.js";

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
