import { type ColumnTable, from } from "arquero";
import type { Run } from "../runs/record.js";
import type { ArmRuns } from "../study/arm.js";
import { completedRuns } from "../study/describe.js";
import { type FilterHistory, type FilterState, filterHistories } from "../study/filter-states.js";

/** One filter of one run as a row: how it ends, and how it got there. */
export interface FilterRow {
  arm: string;
  seed: number;
  layer: string;
  /** Place of the layer in depth, from 0. */
  depth: number;
  filter: number;
  state: FilterState;
  gamma: number;
  beta: number;
  maxActivation: number;
  selectivity: number;
  /** Step of the probe from which on it is dead; null of a survivor. */
  diedAt: number | null;
  cause: "scale" | "shift" | null;
  /** Whether its selectivity was above 0.9 before it died; null of a survivor. */
  selectiveFirst: boolean | null;
  /** Step of its first return from an inactive state; null where there was none. */
  revivedAt: number | null;
}

/** Every filter of every run that did not diverge, as an arquero table with columns as in `FilterRow`. */
export function filtersFrame(arms: readonly ArmRuns[]): ColumnTable {
  return from(
    arms.flatMap((item) =>
      completedRuns(item).flatMap((run) =>
        filterHistories(run).map((history) => filterRow(item.arm.label, run, history)),
      ),
    ),
  );
}

function filterRow(arm: string, { record, filters }: Run, history: FilterHistory): FilterRow {
  const { layer, filter, rows, states, death, revivedAt } = history;
  const row = rows.at(-1)!;
  return {
    arm,
    seed: record.seed,
    layer: record.model.layers[layer]!.name,
    depth: layer,
    filter,
    state: states.at(-1)!,
    gamma: filters.gamma[row]!,
    beta: filters.beta[row]!,
    maxActivation: filters.maxActivation[row]!,
    selectivity: filters.selectivity[row]!,
    diedAt: death?.step ?? null,
    cause: death?.cause ?? null,
    selectiveFirst: death?.selectiveFirst ?? null,
    revivedAt: revivedAt ?? null,
  };
}
