import { placeFolder } from "../../../runs/store.js";
import type { RunFiles } from "../kept-runs.js";
import { disk } from "./disk.js";

/** Puts runs that the browser keeps on the disk, where the site has none of that name. */
export function mountKeptRuns(runs: readonly RunFiles[]): void {
  for (const { path, files } of runs) {
    const folder = `${placeFolder("records")}/${path}`;
    if (disk.stat(folder)) continue;
    disk.makeFolder(folder);
    for (const [name, bytes] of Object.entries(files)) {
      disk.write(`${folder}/${name}`, bytes);
      disk.keep(`${folder}/${name}`);
    }
  }
}
