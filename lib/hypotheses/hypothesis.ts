import type { NamedFigure, PlotlyFigure } from "../figures/figure.js";
import type { Arm, ArmRuns, Scale } from "../study/arm.js";
import type { StudyRuns } from "../study/study-runs.js";
import type { ClaimSource } from "./claim.js";
import type { Contrast } from "./contrast.js";
import type { PlainAnswers } from "./plain-answer.js";
import type { Verdict } from "./verdict.js";

export interface ArmOptions {
  scale: Scale;
  /** Dataset name and source, where not the scale's own; e.g. { name: "cifar10", source: "jpeg" }. */
  dataset?: { name: string; source: string };
  /** Which copy of each dataset there is, by its name, for arms on further datasets; e.g. { tinyimagenet: "jpeg" }. */
  sources?: Record<string, string>;
}

/** A figure of a hypothesis before it is drawn. */
export interface FigureEntry {
  caption: string;
  /** Throws `UserError` where runs that it needs are missing. */
  of(runs: StudyRuns): PlotlyFigure;
  /** Whether it shows the arms of tuned families, which the others leave out. Default false. */
  tuned?: true;
}

/** A figure with its place in the hypothesis' list, from 1, which no missing run changes. */
export interface NumberedFigure extends NamedFigure {
  number: number;
}

/** What a hypothesis is: words, arms, contrasts and figures. `study` makes the rest of it. */
export interface HypothesisEntry<ContrastName extends string, FigureName extends string> {
  /** "h01" */
  id: string;
  /** Notebook stem, "01-regularization". */
  notebook: string;
  title: string;
  question: string;
  /** What is claimed, in this collection's words. */
  claim: string;
  /** Whose claim it is; a contrast may have another. */
  source: ClaimSource;
  /** The question's answer, by how the main contrast comes out. */
  answers: PlainAnswers;
  arms(options: ArmOptions): Arm[];
  /** Names of the families that it compares, each at the settings that were tuned. Default: none. */
  families?: readonly string[];
  /** Further arms that are trained with the families' seeds. */
  alongside?(options: ArmOptions): Arm[];
  /** What is compared, by name: "main" is the claim, or its first part; others are its further parts, or further looks. */
  contrasts: Readonly<Record<"main", Contrast> & Record<ContrastName, Contrast>>;
  /** In the order of their numbers. */
  figures: Readonly<Record<FigureName, FigureEntry>>;
}

export interface Hypothesis<ContrastName extends string = string, FigureName extends string = string>
  extends Omit<HypothesisEntry<ContrastName, FigureName>, "figures" | "families" | "alongside"> {
  /** Arms of the families that it compares, at the settings that were chosen; none where nothing was tuned. */
  tunedArms(options: ArmOptions): Arm[];
  /** The verdict on one contrast. Throws `UserError` where its runs are missing, or none was planned at their scale. */
  verdict(contrast: ContrastName | "main", runs: readonly ArmRuns[]): Verdict;
  /** The verdicts on all contrasts that were planned at the runs' scale, "main" first. */
  verdicts(runs: readonly ArmRuns[]): Verdict[];
  /** Names of the contrasts that the claim consists of and that were planned at the runs' scale: "main", and every other part. */
  parts(runs: readonly ArmRuns[]): (ContrastName | "main")[];
  figureNames: readonly FigureName[];
  /** One figure. Throws `UserError` where runs that it needs are missing. */
  figure(name: FigureName, runs: readonly ArmRuns[]): NumberedFigure;
  /** All figures that the runs allow, in order; what is missing of the others goes to `onMissing`, one sentence each. */
  figures(runs: readonly ArmRuns[], onMissing?: (sentence: string) => void): NumberedFigure[];
}

/** Every arm of a hypothesis, those of tuned families last. */
export const allArms = (
  hypothesis: Pick<Hypothesis, "arms"> & Partial<Pick<Hypothesis, "tunedArms">>,
  options: ArmOptions,
): Arm[] => [...hypothesis.arms(options), ...(hypothesis.tunedArms?.(options) ?? [])];
