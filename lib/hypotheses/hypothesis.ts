import type { NamedFigure } from "../figures/figure.js";
import type { Arm, ArmRuns, Scale } from "../study/arm.js";
import type { Answer } from "./answer.js";

/** A computed answer. `effect` and `interval` are in `unit`; positive supports the claim. */
export interface Verdict {
  id: string;
  claim: string;
  verdict: Answer;
  /** Two-sided p-value of the rule that decides it, before any correction for the number of verdicts. */
  p: number;
  effect: number;
  /** 95 % interval of the seed-paired difference. */
  interval: [number, number];
  unit: string;
  /** Effects below this, though real, would not matter. */
  smallestEffect: number;
  /** Smallest number of seeds of an arm the verdict rests on. */
  seeds: number;
  scale: Scale;
  dataset: string;
  /** One sentence that says what was compared. */
  comparison: string;
}

export interface ArmOptions {
  scale: Scale;
  /** Dataset name and source, where not the scale's own; e.g. { name: "cifar10", source: "jpeg" }. */
  dataset?: { name: string; source: string };
  /** Which copy of each dataset there is, by its name, for arms on further datasets; e.g. { tinyimagenet: "jpeg" }. */
  sources?: Record<string, string>;
}

export interface Hypothesis {
  /** "h01" */
  id: string;
  /** Notebook stem, "01-regularization". */
  notebook: string;
  title: string;
  question: string;
  /** The paper's claim, paraphrased. */
  claim: string;
  arms(options: ArmOptions): Arm[];
  figures(arms: ArmRuns[]): NamedFigure[];
  verdict(arms: ArmRuns[], scale: Scale): Verdict;
  /** Verdicts on what else the same runs tell: the other definition of dead, one arm at a time. */
  sideVerdicts?(arms: ArmRuns[], scale: Scale): Verdict[];
}
