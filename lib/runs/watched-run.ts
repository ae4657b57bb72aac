import type { Death } from "../sparsity/deaths.js";
import type { Environment } from "./record.js";

/** Layout of the files; a reader refuses another. */
export const watchedVersion = 1;

/** One filter over a run; the arrays hold a value for each probe after the start. */
export interface WatchedFilter {
  /** Name of its layer, e.g. "C3". */
  layer: string;
  filter: number;
  /** Step of the probe from which on it is dead, and why; of a filter that dies. */
  death?: Pick<Death, "step" | "cause">;
  gamma: number[];
  beta: number[];
  /** Maximum of |activation| over map and probed training images. */
  maxActivation: number[];
  selectivity: number[];
  /** |activation| on the sample images: [probes][images] of [side x side], row by row. */
  maps: number[][][];
}

/** A filter that dies in a run and one of the same layer that lives, with what they answer to a few training images. */
export interface WatchedRun {
  version: typeof watchedVersion;
  /** Of the configuration. */
  id: string;
  seed: number;
  environment: Environment;
  /** ISO 8601, UTC. */
  startedAt: string;
  testError: number;
  /** Shares of all filters that are inactive at the end. */
  deadByScale: number;
  deadByActivation: number;
  /** Steps of the probes, the start left out. */
  steps: number[];
  /** Training images, one of a class each: [size, size, 3], uint8. */
  images: { label: string; pixels: number[] }[];
  dying: WatchedFilter;
  living: WatchedFilter;
}
