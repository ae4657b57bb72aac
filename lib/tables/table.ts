/** A mean over seeds with an interval around it, all in the unit of its column. */
export interface Estimate {
  mean: number;
  /** Half the interval's width; infinite for a single seed. */
  halfWidth: number;
  /** The best of its column. */
  best?: boolean;
}

/** null: not available. A number that is not finite is shown as such ("diverged" belongs in a text cell). */
export type Cell = string | number | Estimate | null;

export interface Column {
  label: string;
  /** e.g. "%"; shown in parentheses behind the label. */
  unit?: string;
  /** Digits after the decimal point. Default: 0 for integers, else as many as it takes for 4 significant ones. */
  digits?: number;
  /** Characters at which the text format breaks its lines. Default: no breaks. */
  width?: number;
}

/** A small table as data: every format is drawn from it. `rows` are as wide as `columns`. */
export interface Table {
  title?: string;
  columns: Column[];
  rows: Cell[][];
  /** How to read it, below the table. */
  note?: string;
}

export const isEstimate = (cell: Cell): cell is Estimate => typeof cell === "object" && cell !== null;

export const heading = ({ label, unit }: Column): string =>
  unit === undefined ? label : `${label} (${unit})`;
