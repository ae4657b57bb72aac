import type { Run, RunRecord } from "../runs/record.js";
import type { Arm, ArmRuns } from "./arm.js";
import { completedRuns } from "./describe.js";
import { type FilterState, filterHistories } from "./filter-states.js";
import { type FactorColumns, factorColumns } from "./run-rows.js";

/** One filter of one run at one probe as a row, with how it ends. */
export interface FilterRow extends FactorColumns {
  seed: number;
  layer: string;
  /** Place of the layer in depth, from 0. */
  depth: number;
  filter: number;
  /** Optimizer step of the probe. */
  step: number;
  state: FilterState;
  /** NaN without normalization. */
  gamma: number;
  /** Bias without normalization. */
  beta: number;
  maxActivation: number;
  selectivity: number;
  /** Euclidean norm of its weights. */
  weightNorm: number;
  /** Of the objective, without the penalty. */
  gammaGradient: number;
  weightGradient: number;
  /** The optimizer's running mean of squared gradients for gamma; NaN for those without. */
  gammaSecondMoment: number;
  /** Step of the probe from which on it is dead; null of a survivor. */
  diedAt: number | null;
  /** null where it lives, and where its record does not tell. */
  cause: "scale" | "shift" | null;
  /** Whether its selectivity was above 0.9 before it died; null of a survivor. */
  selectiveFirst: boolean | null;
  /** Step of its first return from an inactive state; null where there was none. */
  revivedAt: number | null;
}

export interface FilterRowsOptions {
  /**
   * The last probe of each run, all of them (about a dozen times as many rows), or the one at a share of its steps, 0 to 1,
   * where a run has it. Default "last".
   */
  probes?: "last" | "all" | number;
}

/** What records hold of every filter at every probe. */
export const filterMeasures = [
  "gamma",
  "beta",
  "maxActivation",
  "selectivity",
  "weightNorm",
  "gammaGradient",
  "weightGradient",
  "gammaSecondMoment",
] as const;

/** Every filter of every run that did not diverge as a row, one by one: there may be more than memory has room for. */
export function* filterRows(arms: readonly ArmRuns[], options: FilterRowsOptions = {}): Generator<FilterRow> {
  for (const item of arms) for (const run of completedRuns(item)) yield* filterRowsOf(item.arm, run, options);
}

export function* filterRowsOf(
  arm: Arm,
  run: Run,
  { probes = "last" }: FilterRowsOptions = {},
): Generator<FilterRow> {
  const { record, filters } = run;
  const factors = factorColumns(arm);
  const wanted = probes === "last" ? undefined : probesAt(record, probes);
  for (const { layer, filter, rows, states, death, revivedAt } of filterHistories(run)) {
    for (const probe of wanted ?? [rows.length - 1]) {
      const row = rows[probe]!;
      yield {
        ...factors,
        seed: record.seed,
        layer: record.model.layers[layer]!.name,
        depth: layer,
        filter,
        step: filters.step[row]!,
        state: states[probe]!,
        ...(Object.fromEntries(filterMeasures.map((name) => [name, filters[name][row]!])) as Record<
          (typeof filterMeasures)[number],
          number
        >),
        diedAt: death?.step ?? null,
        cause: death?.cause ?? null,
        selectiveFirst: death?.selectiveFirst ?? null,
        revivedAt: revivedAt ?? null,
      };
    }
  }
}

/** Where a step stands in the training of a run, in whole percent of the steps that it took: probes are at rounded ones. */
export const percentOf = (step: number, { final }: RunRecord): number =>
  Math.round((100 * step) / final.step);

/** Places of the probes at a share of the training, or of all. */
const probesAt = (record: RunRecord, share: number | "all"): number[] =>
  [...record.probes.steps.keys()].filter(
    (probe) => share === "all" || percentOf(record.probes.steps[probe]!, record) === Math.round(100 * share),
  );
