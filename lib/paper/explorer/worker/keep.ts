import { table } from "arquero";
import type { Column, Level } from "../catalog.js";
import { columnOfRange, type View } from "../view.js";
import type { Numbers } from "./store.js";

/**
 * Places of the rows that pass, in order. `columns`: all that the conditions name, of equal length; `isOfImages`: 1 of runs whose
 * rows count at all.
 */
export function keptRows(
  columns: ReadonlyMap<string, Numbers>,
  described: ReadonlyMap<string, Column>,
  { where, between }: Pick<View, "where" | "between">,
  { run, isOfImages }: { run: Numbers; isOfImages: Uint8Array },
): Uint32Array {
  const chosen = Object.entries(where).map(([name, levels]) => [
    name,
    valuesOf(levels, described.get(name)!),
  ]);
  const conditions = [
    ...chosen.map(([name]) => `op.includes($.${name}, d.${name})`),
    ...Object.entries(between).map(([range, [from, to]]) => {
      const name = columnOfRange(range);
      const value = name === range ? `d.${name}` : `op.abs(d.${name})`;
      return `${value} >= ${from} && ${value} <= ${to}`;
    }),
  ];
  const kept = new Uint32Array(run.length);
  let count = 0;
  const keep = (row?: number) => {
    if (isOfImages[run[row!]!] === 1) kept[count++] = row!;
  };
  if (conditions.length === 0) for (let row = 0; row < run.length; row++) keep(row);
  else
    table(Object.fromEntries(columns))
      .params(Object.fromEntries(chosen))
      .filter(`(d, $) => ${conditions.join(" && ")}`)
      .scan(keep);
  return kept.subarray(0, count);
}

/** Levels as columns have them: names by their place. */
const valuesOf = (levels: readonly Level[], { levels: all = [], isName }: Column): number[] =>
  levels.map((level) => (isName ? all.indexOf(level) : ((level as number | null) ?? Number.NaN)));
