import type { ArmRuns } from "../study/arm.js";

/** The key of an output's metadata under which a notebook file tells programs what the output is. */
export const originKey = "filter-sparsity";

/** What a figure was made from. */
export interface FigureOrigin {
  /** "h01" */
  hypothesis: string;
  /** The name it is exported under. */
  figure: string;
  runs: RunsOfConfig[];
}

/** Runs of one configuration. */
export interface RunsOfConfig {
  arm: string;
  id: string;
  seeds: number[];
}

/** The runs of arms by their ids; arms without any are left out. */
export function runsOf(arms: readonly ArmRuns[]): RunsOfConfig[] {
  return arms
    .filter(({ runs }) => runs.length > 0)
    .map(({ arm, runs }) => ({
      arm: arm.label,
      id: runs[0]!.record.id,
      seeds: runs.map(({ record }) => record.seed),
    }));
}
