import type { FilterTable } from "../sparsity/filter-table.js";
import { emptyFilters } from "./filters.js";
import type { Run } from "./record.js";

/** Of the training: where early signs are read, and its end. */
const keptShares = [0.1, 1];

/**
 * The same run with two of its probes, for records by the hundred: most of a record's size is the table of its
 * filters. Everything at the end of training stays exact, as do the metrics of all epochs; when a filter died is known
 * only between two of those that stay. Readers need not know: `record.probes` says which probes there are.
 */
export function lightRun(run: Run): Run {
  const { record, filters } = run;
  const { steps, images } = record.probes;
  const last = steps.at(-1)!;
  const nearest = (share: number) =>
    steps.reduce((best, step) =>
      Math.abs(step - share * last) < Math.abs(best - share * last) ? step : best,
    );
  const wanted = new Set(keptShares.map(nearest));
  const places = [...steps.keys()].filter((place) => wanted.has(steps[place]!));
  const probes = {
    ...record.probes,
    steps: places.map((place) => steps[place]!),
    images: places.map((place) => images[place]!),
  };
  return { ...run, record: { ...record, probes }, filters: rowsOf(filters, wanted) };
}

function rowsOf(filters: FilterTable, steps: ReadonlySet<number>): FilterTable {
  const rows = [...filters.step.keys()].filter((row) => steps.has(filters.step[row]!));
  const kept = emptyFilters(rows.length);
  for (const name of Object.keys(kept) as (keyof FilterTable)[]) {
    const values = filters[name];
    kept[name].set(rows.map((row) => values[row]!));
  }
  return kept;
}
