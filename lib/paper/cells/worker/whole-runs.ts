import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkedRuns, stateOf } from "../../../runs/remembered.js";
import { filtersFile, recordFile } from "../../../runs/store.js";
import { root } from "./disk.js";

/**
 * The site was built of runs that were found whole: their tables of filters need not be fetched to find that out again. A
 * table proves itself by its checksum when it is read.
 */
export function rememberWholeRuns(paths: readonly string[]): void {
  for (const path of paths.filter((path) => path.endsWith(`/${filtersFile}`))) {
    const folder = join(root, dirname(path));
    const [record, table] = [recordFile, filtersFile].map((name) =>
      statSync(join(folder, name), { throwIfNoEntry: false }),
    );
    if (record && table) checkedRuns().set(folder, stateOf(record, table), true);
  }
}
