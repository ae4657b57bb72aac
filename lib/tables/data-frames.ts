import { type ColumnTable, from, table } from "arquero";
import type { ArmRuns } from "../study/arm.js";
import { type FilterRow, type FilterRowsOptions, filterRows } from "../study/filter-rows.js";
import { epochRows, layerRows, runRows } from "../study/run-rows.js";

/** Every run of some arms as an arquero table, columns as in `RunRow`: factors, measures, seed. */
export const runsFrame = (arms: readonly ArmRuns[]): ColumnTable => from(runRows(arms));

/** Every epoch of every run, columns as in `EpochRow`. */
export const epochsFrame = (arms: readonly ArmRuns[]): ColumnTable => from(epochRows(arms));

/** Every layer of every run at its end, columns as in `LayerRow`. */
export const layersFrame = (arms: readonly ArmRuns[]): ColumnTable => from(layerRows(arms));

/**
 * Every filter of every run that did not diverge, columns as in `FilterRow`, at its run's last probe or with
 * `{ probes: "all" }` at every one: about a dozen rows a filter, some 200 bytes each.
 */
export function filtersFrame(arms: readonly ArmRuns[], options?: FilterRowsOptions): ColumnTable {
  const columns: Record<string, unknown[]> = {};
  let count = 0;
  for (const row of filterRows(arms, options)) {
    for (const [name, value] of Object.entries(row as FilterRow & object)) {
      columns[name] ??= [];
      columns[name].push(value);
    }
    count++;
  }
  return count === 0 ? from([]) : table(columns);
}
