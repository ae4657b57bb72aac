import type { ColumnSource } from "hyparquet-writer";
import type { Run } from "../../runs/record.js";
import type { Arm } from "../../study/arm.js";
import { filterMeasures, percentOf } from "../../study/filter-rows.js";
import { filterHistories } from "../../study/filter-states.js";
import { type Column, filterStates } from "./catalog.js";
import { columnWords } from "./words.js";

/** One run with the arm that its configuration is. */
export interface RunOfArm {
  arm: Arm;
  run: Run;
}

const counted = ["run", "depth", "layer", "filter", "step", "state", "cause", "selectiveFirst"] as const;
const steps = ["diedAt", "revivedAt"] as const;

const causes = ["scale", "shift", null] as const;
const flags = [true, false, null] as const;

/** Every filter of every run that did not diverge, one table for each place of a probe in training. */
export function filterTables(runs: readonly RunOfArm[]): {
  columns: Column[];
  tables: { percent: number; sources: ColumnSource[] }[];
} {
  const completed = runs.flatMap(({ run }, index) =>
    run.record.status === "diverged" ? [] : [{ run, index }],
  );
  const names = [
    ...new Set(completed.flatMap(({ run }) => run.record.model.layers.map(({ name }) => name))),
  ].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  const rows = new Map<number, number>();
  for (const { run } of completed) {
    const filters = run.record.model.layers.reduce((sum, layer) => sum + layer.filters, 0);
    for (const percent of percentsOf(run)) rows.set(percent, (rows.get(percent) ?? 0) + filters);
  }
  const tables = new Map(
    [...rows].sort(([a], [b]) => a - b).map(([percent, count]) => [percent, new Filling(count)]),
  );
  for (const { run, index } of completed) {
    const percents = percentsOf(run);
    const { filters: table, record } = run;
    for (const { layer, filter, rows: places, states, death, revivedAt } of filterHistories(run)) {
      const name = names.indexOf(record.model.layers[layer]!.name);
      const shared = {
        ...{ run: index, depth: layer, layer: name, filter },
        cause: causes.indexOf(death?.cause ?? null),
        selectiveFirst: flags.indexOf(death?.selectiveFirst ?? null),
        ...{ diedAt: death?.step ?? Number.NaN, revivedAt: revivedAt ?? Number.NaN },
      };
      for (const [probe, place] of places.entries()) {
        const own = tables.get(percents[probe]!)!;
        own.add({ ...shared, step: table.step[place]!, state: filterStates.indexOf(states[probe]!) });
        for (const measure of filterMeasures) own.measures[measure]![own.count - 1] = table[measure][place]!;
      }
    }
  }
  return {
    columns: [
      ...counted.slice(1).map((name) => columnOf(name, levelsOf[name]?.(names))),
      ...[...filterMeasures, ...steps].map((name) => columnOf(name)),
    ],
    tables: [...tables].map(([percent, filling]) => ({ percent, sources: filling.sources() })),
  };
}

const percentsOf = ({ record }: RunOfArm["run"]): number[] =>
  record.probes.steps.map((step) => percentOf(step, record));

const levelsOf: Record<string, (layers: string[]) => NonNullable<Column["levels"]>> = {
  layer: (layers) => layers,
  state: () => [...filterStates],
  cause: () => [...causes],
  selectiveFirst: () => [...flags],
};

const columnOf = (name: string, levels?: Column["levels"]): Column => ({
  ...{ name, ...(columnWords[name] ?? { words: name }) },
  ...(levels && { levels, isName: true }),
});

/** Columns of a known length that are filled row by row. */
class Filling {
  count = 0;
  readonly measures: Record<string, Float32Array>;
  readonly #counts: Record<string, Int32Array>;
  readonly #steps: Record<string, Float32Array>;

  constructor(rows: number) {
    const made = <T>(names: readonly string[], make: () => T) =>
      Object.fromEntries(names.map((name) => [name, make()]));
    this.measures = made(filterMeasures, () => new Float32Array(rows));
    this.#counts = made(counted, () => new Int32Array(rows));
    this.#steps = made(steps, () => new Float32Array(rows));
  }

  add(row: Record<(typeof counted)[number] | (typeof steps)[number], number>): void {
    for (const name of counted) this.#counts[name]![this.count] = row[name];
    for (const name of steps) this.#steps[name]![this.count] = row[name];
    this.count++;
  }

  sources(): ColumnSource[] {
    const type = { nullable: false } as const;
    return [
      ...Object.entries(this.#counts).map(([name, data]) => ({
        name,
        data,
        type: "INT32" as const,
        ...type,
      })),
      ...Object.entries({ ...this.measures, ...this.#steps }).map(([name, data]) => ({
        ...{ name, data, ...type },
        // Split into byte streams, whose low ones are zero: records keep few digits.
        ...({ type: "FLOAT", encoding: "BYTE_STREAM_SPLIT" } as const),
      })),
    ];
  }
}
