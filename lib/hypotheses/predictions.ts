import type { Table } from "../tables/index.js";

/** What a published source lets one expect of an experiment's arms, written down before their runs. */
export interface Prediction {
  /** "Yaguchi et al. 2018, arXiv 1812.08119" */
  source: string;
  /** What it says, by its abstract. */
  says: string;
  /** What follows for these arms, in this collection's reading. */
  expects: string;
}

/** Sources with what they say and what that lets one expect: a row each. */
export const predictionTable = (predictions: readonly Prediction[]): Table => ({
  title: "What was expected, written down before the runs",
  columns: [{ label: "Source" }, { label: "It says" }, { label: "For these arms" }],
  rows: predictions.map(({ source, says, expects }) => [source, says, expects]),
  note: "By abstracts; where the text was not at hand, that is said. What follows for these arms is our reading, not the authors' claim.",
});
