/** Values of one seed of one group, side by side. */
export interface PairedRow {
  optimizer: string;
  seed: number;
}

/** Rows of one optimizer, by seed. */
export interface Pairs<R> {
  optimizer: string;
  rows: R[];
}

/**
 * Rows by optimizer, in the order in which those appear. Rows of which a value that `needed` names is no finite number are
 * left out; an optimizer that has no other stays, without rows.
 */
export function paired<R extends PairedRow>(
  rows: readonly R[],
  needed: (row: R) => readonly number[] = () => [],
): Pairs<R>[] {
  const kept = rows.filter((row) => needed(row).every(Number.isFinite));
  return [...new Set(rows.map(({ optimizer }) => optimizer))].map((optimizer) => ({
    optimizer,
    rows: kept.filter((row) => row.optimizer === optimizer),
  }));
}

/** A value of all rows of an optimizer, where it is a finite number. */
export const valuesOf = <R>({ rows }: Pairs<R>, value: (row: R) => number): number[] =>
  rows.map(value).filter(Number.isFinite);
