import { zipSync } from "fflate";
import type { RunFiles } from "./kept-runs.js";

/** A zip archive of runs as a checkout has them: `runs/<id>/seed-<number>/`, to be unpacked in its folder `data`. */
export function archiveOfRuns(runs: readonly RunFiles[]): Uint8Array<ArrayBuffer> {
  const files = runs.flatMap(({ path, files }) =>
    Object.entries(files).map(([name, bytes]) => [`runs/${path}/${name}`, bytes] as const),
  );
  return Uint8Array.from(zipSync(Object.fromEntries(files)));
}
