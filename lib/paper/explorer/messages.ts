import type { Catalog, RunLife } from "./catalog.js";
import type { LegendEntry } from "./colors.js";
import type { Domain } from "./scale.js";
import type { View } from "./view.js";

/** Size of a panel's grid of cells. */
export interface Grid {
  columns: number;
  rows: number;
}

export type Request =
  | { type: "start"; assets: string }
  | { type: "draw"; id: number; view: View; grid: Grid }
  | { type: "run"; id: number; name: string };

export interface Picture {
  /** Rows of the table with these images. */
  total: number;
  /** Of them, what is kept and drawn. */
  shown: number;
  /** Kept, but not a number along an axis. */
  missing: number;
  x: Domain;
  y: Domain;
  legend: LegendEntry[];
  /** Ends of the colors of numbers; undefined where colors are of names. */
  ramp: { from: number; to: number } | undefined;
  panels: PanelPicture[];
  /** Panels that there is no room for. */
  left: number;
  /** Runs that rows are of, most rows first. */
  runs: { name: string; label: string; rows: number }[];
  /** How many runs there are. */
  runCount: number;
  /** Milliseconds that the worker took, all columns being there. */
  milliseconds: number;
}

export interface PanelPicture {
  name: string;
  count: number;
  /** Few rows are drawn one by one. */
  points?: {
    /** 0 to 1, from the left and from below. */
    x: Float32Array<ArrayBuffer>;
    y: Float32Array<ArrayBuffer>;
    colors: string[];
    /** Run of each, by its place among all. */
    run: Int32Array<ArrayBuffer>;
  };
  /** Many are counted in cells, row by row from above. */
  cells?: {
    pixels: Uint8ClampedArray<ArrayBuffer>;
    count: Uint32Array<ArrayBuffer>;
    run: Int32Array<ArrayBuffer>;
  };
}

/** What the page shows of one run. */
export interface RunFacts {
  name: string;
  label: string;
  /** Hypotheses that have its configuration among their arms. */
  hypotheses: string[];
  /** Factors and measures by their names. */
  values: { words: string; text: string }[];
  life: RunLife;
}

/** Names of runs by their place: what a click tells. */
export interface RunNames {
  name: string;
  label: string;
}

export type Report =
  | { type: "ready"; catalog: Catalog; runs: RunNames[] }
  | { type: "picture"; id: number; picture: Picture }
  | { type: "facts"; id: number; facts: RunFacts }
  | { type: "failed"; id: number; message: string };
