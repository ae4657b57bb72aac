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
  /** What was tuned to get its settings, chosen on held-out images: "Adam, L2". */
  family?: string;
  /** Fixed beforehand, whatever seeds others are trained with. Default: those that are asked for. */
  seeds?: readonly number[];
}

/**
 * Seeds of what held-out images chose: fresh ones, set down before any of their runs, that no other arm is trained with or
 * counts where it shares a configuration.
 */
export const confirmationSeeds: readonly number[] = [11, 12, 13, 14, 15];

/** As many of them as a scale's verdicts rest on: at `reduced`, where a run takes a quarter of an hour, the first three. */
export const confirmationSeedsAt = (scale: Scale): readonly number[] =>
  scale === "reduced" ? confirmationSeeds.slice(0, 3) : confirmationSeeds;

/** Seeds of experiments on causes: set down before any of their runs, and no other arm's. */
export const causeSeeds: readonly number[] = [21, 22, 23, 24, 25];

/** Seeds that count only for the arms that they were set down for. */
export const reservedSeeds: readonly number[] = [...confirmationSeeds, ...causeSeeds];

/** Of the seeds asked for, those that an arm is trained with. */
export const seedsOf = (
  { supporting = false, seeds: own }: Pick<Arm, "supporting" | "seeds">,
  asked: readonly number[],
): readonly number[] => own ?? (supporting ? asked.slice(0, 1) : asked);

/** An arm with its finished runs, seeds ascending. */
export interface ArmRuns {
  arm: Arm;
  runs: Run[];
}
