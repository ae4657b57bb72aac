import { describeArm } from "../runs/describe.js";
import type { Run, RunRecord } from "../runs/record.js";
import { type Cell, type Columns, repeated } from "./columns.js";

/** A table that records are exported as: the rows of one run, as columns that are the same for all runs. */
export interface ExportedTable {
  name: string;
  columns(run: Run): Columns;
}

export interface RunAbout {
  /** Hypotheses that have the run among their arms: "h01 h03". */
  hypotheses: string;
}

/** All tables with more than a row a run; `id` and `seed` name the run of a row in every one of them. */
export const exportedTables: readonly ExportedTable[] = [
  { name: "epochs", columns: epochColumns },
  { name: "epoch-layers", columns: epochLayerColumns },
  { name: "layers", columns: layerColumns },
  { name: "filters", columns: filterColumns },
];

/**
 * A run as one row: the record's configuration, data, environment, final metrics and times, each under its path in the
 * record ("config.optimizer.learningRate"); lists as JSON.
 */
export function runRow({ record }: Run, { hypotheses }: RunAbout): Record<string, Cell> {
  const { id, seed, status, config, dataset, environment, final, timing, model } = record;
  const { layers: _, ...metrics } = final;
  const { parameters, macs } = model;
  const parts = { config, dataset, model: { parameters, macs }, environment, final: metrics, timing };
  const arm = describeArm(config);
  return { id, seed, arm, hypotheses, status, ...Object.fromEntries(flattened(parts)) };
}

function* flattened(value: object, path: readonly string[] = []): Generator<[string, Cell]> {
  for (const [key, item] of Object.entries(value)) {
    const own = [...path, key];
    if (Array.isArray(item)) yield [own.join("."), JSON.stringify(item)];
    else if (typeof item === "object" && item !== null) yield* flattened(item, own);
    else if (item !== undefined) yield [own.join("."), item];
  }
}

/** One row an epoch; filters dead by scale are counted over all layers. */
function epochColumns({ record: { id, seed, epochs } }: Run): Columns {
  const names = Object.keys(epochs[0] ?? {}) as (keyof RunRecord["epochs"][number])[];
  const measured = names.map((name) => {
    const values = epochs.map((epoch) => epoch[name]);
    return [name, Float64Array.from(values, (value) => (Array.isArray(value) ? sum(value) : value))] as const;
  });
  return { ...runNames(id, seed, epochs.length), ...Object.fromEntries(measured) };
}

/** One row an epoch and layer. */
function epochLayerColumns({ record: { id, seed, epochs, final } }: Run): Columns {
  const rows = epochs.flatMap(({ epoch, step, deadByScale }) =>
    deadByScale.map((dead, layer) => ({ epoch, step, layer, dead })),
  );
  return {
    ...runNames(id, seed, rows.length),
    epoch: Float64Array.from(rows, ({ epoch }) => epoch),
    step: Uint32Array.from(rows, ({ step }) => step),
    layer: Uint8Array.from(rows, ({ layer }) => layer),
    name: rows.map(({ layer }) => final.layers[layer]?.name ?? null),
    filters: Uint32Array.from(rows, ({ layer }) => final.layers[layer]?.filters ?? 0),
    deadByScale: Uint32Array.from(rows, ({ dead }) => dead),
  };
}

/** One row a layer, at the end of training. */
function layerColumns({ record: { id, seed, final } }: Run): Columns {
  const { layers } = final;
  return {
    ...runNames(id, seed, layers.length),
    layer: Uint8Array.from(layers, (_, layer) => layer),
    name: layers.map(({ name }) => name),
    filters: Uint32Array.from(layers, ({ filters }) => filters),
    deadByScale: Uint32Array.from(layers, ({ deadByScale }) => deadByScale),
    deadByActivation: Uint32Array.from(layers, ({ deadByActivation }) => deadByActivation),
  };
}

/** One row a filter and probe, with every column that the run's table has. */
function filterColumns({ record: { id, seed, final }, filters }: Run): Columns {
  const { step, layer, filter, ...measures } = filters;
  const name = Array.from(layer, (index) => final.layers[index]?.name ?? null);
  return { ...runNames(id, seed, step.length), step, layer, name, filter, ...measures };
}

const runNames = (id: string, seed: number, rows: number) => ({
  id: repeated(id, rows),
  seed: new Uint32Array(rows).fill(seed),
});

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
