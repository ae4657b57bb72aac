import { from } from "arquero";
import { UserError } from "../errors.js";
import { estimatesBy, intervalNote } from "./estimates.js";
import type { Cell, Table } from "./table.js";

/** What could decide in which layers filters die. Each is known before any has died, or from the architecture alone. */
export const explanations = {
  gradient: "small gradient",
  width: "many filters",
  depth: "deep in the network",
  selectivity: "selective early on",
} as const;

export type Explanation = keyof typeof explanations;

/** One seed of an optimizer and form of penalty: rank correlation of each layer's dead share with each explanation. */
export type CorrelationRow = Record<Explanation, number> & { name: string; optimizer: string; seed: number };

/** A row per optimizer and form of penalty, a column per explanation: rank correlation with the dead share of the layers. */
export function layerCorrelationSummary(rows: readonly CorrelationRow[]): Table {
  if (rows.length === 0) {
    throw new UserError(
      "No optimizer has runs both with and without a penalty. Train them with npm run reproduce.",
    );
  }
  const measures = Object.keys(explanations) as Explanation[];
  const estimates = estimatesBy(from([...rows]), "name", measures);
  const names = [...new Set(rows.map(({ name }) => name))];
  return {
    title: "What orders the layers by their dead share? Rank correlations",
    columns: [
      { label: "Arms" },
      { label: "Seeds" },
      ...measures.map((measure) => ({ label: explanations[measure], digits: 2 })),
    ],
    rows: names.map((name): Cell[] => [
      name,
      rows.filter((row) => row.name === name).length,
      ...measures.map((measure) => estimates.get(name)?.[measure] ?? null),
    ]),
    note: `Spearman's, over the layers; 1: the more so, the larger the share that dies. Gradient and selectivity are early ones of the run without a penalty. ${intervalNote}`,
  };
}
