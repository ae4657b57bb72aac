import { type ColumnTable, from } from "arquero";
import type { Run } from "../runs/record.js";
import type { ArmRuns } from "../study/arm.js";

/** One run as a row. Shares and errors are in %, null where a diverged run has none. */
export interface RunRow {
  arm: string;
  optimizer: string;
  penalty: "l2" | "decoupled";
  lambda: number;
  id: string;
  seed: number;
  status: "finished" | "diverged";
  steps: number;
  /** Of the whole network. */
  filters: number;
  deadByScale: number | null;
  deadByActivation: number | null;
  testError: number | null;
  trainLoss: number | null;
  seconds: number;
}

/** One layer of one run as a row. */
export interface LayerRow {
  arm: string;
  seed: number;
  status: "finished" | "diverged";
  /** Place in depth, from 0. */
  depth: number;
  layer: string;
  filters: number;
  deadByScale: number;
  deadByActivation: number;
}

/** Every run of some arms as an arquero table, columns as in `RunRow`. */
export function runsFrame(arms: ArmRuns[]): ColumnTable {
  return from(arms.flatMap(({ arm, runs }) => runs.map((run) => runRow(arm, run))));
}

/** Every layer of every run as an arquero table, columns as in `LayerRow`. */
export function layersFrame(arms: ArmRuns[]): ColumnTable {
  return from(
    arms.flatMap(({ arm, runs }) =>
      runs.flatMap(({ record: { seed, status, final } }) =>
        final.layers.map(
          ({ name, filters, deadByScale, deadByActivation }, depth): LayerRow => ({
            arm: arm.label,
            seed,
            status,
            depth,
            layer: name,
            filters,
            deadByScale: (100 * deadByScale) / filters,
            deadByActivation: (100 * deadByActivation) / filters,
          }),
        ),
      ),
    ),
  );
}

function runRow(arm: ArmRuns["arm"], { record }: Run): RunRow {
  const { id, seed, status, final, timing, config, model } = record;
  return {
    arm: arm.label,
    optimizer: arm.optimizer,
    penalty: config.penalty.kind,
    lambda: arm.lambda,
    id,
    seed,
    status,
    steps: final.step,
    filters: model.layers.reduce((sum, { filters }) => sum + filters, 0),
    deadByScale: finite(100 * final.deadByScale),
    deadByActivation: finite(100 * final.deadByActivation),
    testError: finite(100 * final.testError),
    trainLoss: finite(final.trainLoss),
    seconds: timing.seconds,
  };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
