import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deadShareByPenalty, gammaHistograms } from "../../lib/figures/index.js";
import { findHypothesis, type Verdict } from "../../lib/hypotheses/index.js";
import type { NotebookCell, NotebookOutput } from "../../lib/notebook/notebooks.js";
import { originKey, runsOf } from "../../lib/notebook/origin.js";
import type { ArmRuns } from "../../lib/study/arm.js";
import { tableMimeType, tableToJson } from "../../lib/tables/json.js";
import type { Table } from "../../lib/tables/table.js";
import { codeCell, markdownCell, notebookOf } from "../notebook/notebook-file.js";

export const show = (
  data: Record<string, unknown>,
  metadata: Record<string, unknown> = {},
): NotebookOutput => ({
  output_type: "display_data",
  data: { "text/plain": "", ...data },
  metadata,
});

export const executed = (source: string, count: number, outputs: NotebookOutput[]): NotebookCell => ({
  ...codeCell(source),
  execution_count: count,
  outputs,
});

export function figureOutputs(arms: ArmRuns[], name: string, number: number): NotebookOutput[] {
  const figure = name === "gamma-histograms" ? gammaHistograms(arms) : deadShareByPenalty(arms);
  const caption = `What ${name} shows.`;
  const text = `Figure ${number}: ${caption}`;
  return [
    show(
      { "application/vnd.plotly.v1+json": figure, "text/plain": text },
      { [originKey]: { hypothesis: "h01", figure: name, runs: runsOf(arms) } },
    ),
    show({ "text/markdown": `**Figure ${number}.** ${caption}`, "text/plain": text }),
  ];
}

export const verdictOutput = (verdict: Verdict): NotebookOutput =>
  // As in a file: JSON has no infinity.
  show({ "text/markdown": "> verdict" }, JSON.parse(JSON.stringify({ [originKey]: { verdict } })));

const table: Table = {
  title: "Arms <all>",
  columns: [{ label: "Arm" }, { label: "Dead", unit: "%" }],
  rows: [
    ["Adam, no penalty", { mean: 0, halfWidth: 0 }],
    ["Adam, L2 1e-3", { mean: 60.5, halfWidth: 2.5, best: true }],
  ],
  note: "Two arms.",
};

/** Cells of a small notebook on H1 with everything a page can hold. */
export function cellsOf(arms: ArmRuns[]): NotebookCell[] {
  const h01 = findHypothesis("h01");
  return [
    markdownCell(
      "# H1 · Regularization makes filters die\n\n**Question.** Does [Mehta et al.](https://arxiv.org/abs/1811.12495v2) hold?[^why] $\\lambda > 0$\n\n[^why]: A first note.",
    ),
    executed('const answer: number = 42; // "<b>"', 1, [show({ "text/plain": "4 runs: 4 from records." })]),
    markdownCell(
      "## The arms\n\nSee Figure 2 and [Adam](https://arxiv.org/abs/1412.6980).[^more]\n\n[^more]: A second note.",
    ),
    executed("showTable(arms)", 2, [
      show({ [tableMimeType]: tableToJson(table), "text/html": "<table></table>" }),
    ]),
    markdownCell("## More penalty"),
    executed("showFigureOf(1)", 3, figureOutputs(arms, "dead-share-by-penalty", 1)),
    executed("showFigureOf(2)", 4, figureOutputs(arms, "gamma-histograms", 2)),
    markdownCell("## Verdict"),
    executed("showVerdict()", 5, [verdictOutput(h01.verdict("main", arms))]),
    markdownCell(
      "## Rerun this\n\n```sh\nnpm run reproduce -- h01 # minutes\n```\n\n## References\n\n[It](https://arxiv.org/abs/1811.12495).",
    ),
  ];
}

/** Writes a notebook file; its path. */
export function writeNotebook(folder: string, name: string, cells: NotebookCell[]): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.ipynb`);
  writeFileSync(path, JSON.stringify(notebookOf(cells)));
  return path;
}
