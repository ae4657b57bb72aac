import type { Run } from "../runs/record.js";
import type { Arm, ArmRuns } from "./arm.js";
import { hasDiverged } from "./describe.js";
import { type Factors, factorsOf } from "./factors.js";
import { type MeasureName, measures } from "./measures.js";

/** Measures that a run's record tells without its filters. */
type QuickMeasure = {
  [M in MeasureName]: (typeof measures)[M] extends { slow: true } ? never : M;
}[MeasureName];

const quickMeasures = (Object.keys(measures) as MeasureName[]).filter(
  (name): name is QuickMeasure => !("slow" in measures[name]),
);

/** What sets arms apart, as columns to group by. */
export interface FactorColumns extends Omit<Factors, "steps" | "classes"> {
  /** The arm's label. */
  arm: string;
}

/** One run at its end as a row. Shares and errors are in %; null where a run that diverged has none. */
export interface RunRow extends FactorColumns, Record<QuickMeasure, number | null> {
  id: string;
  seed: number;
  status: "finished" | "diverged";
  /** Last step of a run that diverged. */
  divergedAt: number | null;
  /** Trained. */
  steps: number;
  classes: number;
  trainLoss: number | null;
  seconds: number;
}

/** One epoch of one run as a row; before the first stands the start, with no filter dead. */
export interface EpochRow extends FactorColumns {
  seed: number;
  divergedAt: number | null;
  epoch: number;
  step: number;
  /** Learning rate at its end; null at the start. */
  learningRate: number | null;
  trainLoss: number | null;
  testError: number | null;
  /** Share of all filters, %. */
  deadByScale: number;
}

/** One layer of one run at its end as a row. */
export interface LayerRow extends Omit<FactorColumns, "filters"> {
  seed: number;
  status: "finished" | "diverged";
  divergedAt: number | null;
  /** Place in depth, from 0. */
  depth: number;
  layer: string;
  filters: number;
  /** Shares of the layer's filters, %. */
  deadByScale: number;
  deadByActivation: number;
}

/** An arm's factors as columns. */
export function factorColumns({ label, config }: Arm): FactorColumns {
  const { steps: _steps, classes: _classes, ...own } = factorsOf(config);
  return { arm: label, ...own };
}

/** Every run of some arms as a row, with what `more` says of it besides. */
export const runRows = <T extends object = object>(
  arms: readonly ArmRuns[],
  more?: (run: Run, arm: Arm) => T,
): (RunRow & T)[] =>
  arms.flatMap(({ arm, runs }) => runs.map((run) => ({ ...runRow(arm, run), ...(more?.(run, arm) as T) })));

function runRow(arm: Arm, run: Run): RunRow {
  const { record } = run;
  const values = quickMeasures.map((name) => [name, finite(measures[name].of(run))]);
  return {
    ...factorColumns(arm),
    id: record.id,
    seed: record.seed,
    status: record.status,
    divergedAt: divergedAt(run),
    steps: record.final.step,
    classes: record.dataset.classes.length,
    ...(Object.fromEntries(values) as Record<QuickMeasure, number | null>),
    trainLoss: finite(record.final.trainLoss),
    seconds: record.timing.seconds,
  };
}

/** Every epoch of every run of some arms as a row. */
export const epochRows = (arms: readonly ArmRuns[]): EpochRow[] =>
  arms.flatMap(({ arm, runs }) => {
    const factors = factorColumns(arm);
    return runs.flatMap((run) => {
      const { seed, epochs, model } = run.record;
      const own = { ...factors, seed, divergedAt: divergedAt(run) };
      const start = {
        ...own,
        epoch: 0,
        step: 0,
        learningRate: null,
        trainLoss: null,
        testError: null,
        deadByScale: 0,
      };
      const filters = model.layers.reduce((sum, layer) => sum + layer.filters, 0);
      return [
        start,
        ...epochs.map(({ epoch, step, learningRate, trainLoss, testError, deadByScale }) => ({
          ...own,
          epoch,
          step,
          learningRate,
          trainLoss: finite(trainLoss),
          testError: finite(100 * testError),
          deadByScale: (100 * deadByScale.reduce((sum, count) => sum + count, 0)) / filters,
        })),
      ];
    });
  });

/** Every layer of every run of some arms as a row. */
export const layerRows = (arms: readonly ArmRuns[]): LayerRow[] =>
  arms.flatMap(({ arm, runs }) => {
    const factors = factorColumns(arm);
    return runs.flatMap((run) => {
      const { seed, status, final } = run.record;
      return final.layers.map(({ name, filters, deadByScale, deadByActivation }, depth) => ({
        ...factors,
        seed,
        status,
        divergedAt: divergedAt(run),
        depth,
        layer: name,
        filters,
        deadByScale: (100 * deadByScale) / filters,
        deadByActivation: (100 * deadByActivation) / filters,
      }));
    });
  });

/** A row for each of some measures, in `measure` and `value`. */
export const folded = <R extends RunRow, M extends QuickMeasure>(rows: readonly R[], own: readonly M[]) =>
  own.flatMap((measure) => rows.map((row) => ({ ...row, measure, value: row[measure] as number | null })));

const divergedAt = (run: Run): number | null => (hasDiverged(run) ? run.record.final.step : null);

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
