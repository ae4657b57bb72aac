import type { RunConfig } from "../runs/config.js";
import type { Run } from "../runs/record.js";

/** Sizes of an experiment, from seconds to days. */
export const scales = ["smoke", "quick", "lite", "reduced", "paper"] as const;
export type Scale = (typeof scales)[number];

/** One condition of an experiment: a configuration that is trained with several seeds. */
export interface Arm {
  /** What a table shows, e.g. "Adam, L2 1e-3". */
  label: string;
  /** Optimizer name as figures color it, e.g. "Adam". */
  optimizer: string;
  /** Penalty strength lambda. */
  lambda: number;
  config: RunConfig;
  /** What sets it apart besides optimizer and penalty, the label's end: "2 classes". */
  note?: string;
  /** Of the hypothesis that it was made for; a reader's own arm has none. */
  scale?: Scale;
  /** No verdict rests on it: one seed is enough. Default false. */
  supporting?: boolean;
}

/** An arm with its finished runs, seeds ascending. */
export interface ArmRuns {
  arm: Arm;
  runs: Run[];
}
