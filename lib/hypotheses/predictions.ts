import type { ArmRuns } from "../study/arm.js";
import { studyRuns } from "../study/study-runs.js";
import type { Table } from "../tables/index.js";
import type { Answer } from "./answer.js";
import { isPlanned } from "./contrast.js";
import type { Hypothesis } from "./hypothesis.js";
import { verdictNumbers } from "./verdict-text.js";

/** What a published source lets one expect of an experiment's arms, written down before their runs. */
export interface Prediction {
  /** "Yaguchi et al. 2018, arXiv 1812.08119" */
  source: string;
  /** What it says, by its abstract. */
  says: string;
  /** What follows for these arms, in this collection's reading. */
  expects: string;
  /** How contrasts of the hypothesis come out if that is right, by their names. Default: none bears on it. */
  foretells?: Readonly<Record<string, Answer | readonly Answer[]>>;
}

/** Sources with what they say and what that lets one expect: a row each. */
export const predictionTable = (predictions: readonly Prediction[]): Table => ({
  title: "What was expected, written down before the runs",
  columns: [{ label: "Source" }, { label: "It says" }, { label: "For these arms" }],
  rows: predictions.map(({ source, says, expects }) => [source, says, expects]),
  note: "By abstracts; where the text was not at hand, that is said. What follows for these arms is our reading, not the authors' claim.",
});

/** What was expected beside what came, computed from the verdicts that each expectation bears on: a row for each source. */
export function outcomeTable(
  { id, contrasts, verdict }: Hypothesis,
  predictions: readonly Prediction[],
  arms: readonly ArmRuns[],
): Table {
  const runs = studyRuns(arms);
  const outcome = ([name, foretold]: [string, Answer | readonly Answer[]]) => {
    const own = verdict(name, runs);
    const { effect } = verdictNumbers(own);
    const right =
      own.verdict === "undecided"
        ? "open"
        : [foretold].flat().includes(own.verdict)
          ? "as expected"
          : "not so";
    const which = name === "main" ? "the claim" : own.id.slice(id.length).replace(/^\W+/, "");
    return `${which}: ${right} (${own.verdict}, ${effect} ${own.unit})`;
  };
  return {
    title: "What was expected, and what came",
    columns: [
      { label: "Source" },
      { label: "Expected of these arms", width: 50 },
      { label: "What came", width: 50 },
    ],
    rows: predictions.map(({ source, expects, foretells = {} }) => [
      source,
      expects,
      Object.entries(foretells)
        .filter(([name]) => name === "main" || isPlanned(contrasts[name]!, runs))
        .map(outcome)
        .join("; ") || "no contrast of these arms tells",
    ]),
    note: "As expected, not so: whether the verdict of the contrast is the one that the expectation comes to; open where it is undecided. Effects are positive where they go the contrast's way.",
  };
}
