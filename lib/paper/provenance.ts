import { basename, relative } from "node:path";
import { codeState } from "../export/git.js";
import { projectRoot } from "../paths.js";
import type { RunRecord } from "../runs/record.js";
import { html, type Markup } from "./html.js";
import type { FigureItem } from "./items.js";
import type { NotebookSource } from "./notebook-source.js";

/** What the figures of one notebook have in common. */
export interface Provenance {
  /** "01-regularization.ipynb" */
  notebook: string;
  /** Of the notebook with its outputs: "7cd2c54", or why there is none. */
  commit: string;
  /** Executes the notebook again from the records. */
  again: string;
  /** Trains the runs of a hypothesis from nothing. */
  scratch(hypothesis: string): string;
}

export function provenanceOf(
  { path, stem, verdict }: NotebookSource,
  records: ReadonlyMap<string, RunRecord>,
): Provenance {
  const { commit, dirty } = codeState(projectRoot, [relative(projectRoot, path)]);
  const datasets = new Set(
    [...records.values()]
      .filter(({ dataset }) => dataset.source !== "builtin")
      .map(({ dataset }) => dataset.name),
  );
  const data = [...datasets].sort().map((name) => ` --data ${name}=DIR`);
  const seeds = Math.max(1, ...[...records.values()].map(({ seed }) => seed));
  const scale = verdict ? ` --scale ${verdict.scale}` : "";
  return {
    notebook: basename(path),
    commit:
      commit === "unknown"
        ? "not under version control"
        : commit.slice(0, 12) + (dirty ? " (changed since)" : ""),
    again: `npm run notebook -- ${stem}`,
    scratch: (hypothesis) => `npm run reproduce -- ${hypothesis}${scale} --seeds ${seeds}${data.join("")}`,
  };
}

/** "made by cell 4 of notebook 01 from 27 runs, at commit ...", with the runs and the commands to unfold. */
export function figureOrigin({ cell, origin }: FigureItem, about: Provenance): Markup {
  const runs = origin?.runs.reduce((sum, { seeds }) => sum + seeds.length, 0);
  // A figure of formulas has no runs.
  const from = runs === undefined ? "" : ` from ${runs} ${runs === 1 ? "run" : "runs"}`;
  return html`<details class="origin"><summary>Made by cell ${cell}${from}</summary>
<p>Made by <a href="#cell-${cell}">cell ${cell}</a> of ${about.notebook}${from}, at commit <code>${about.commit}</code>.</p>
<p>Rerun: <code>${about.again}</code> draws it again from the records${
    origin && html`; <code>${about.scratch(origin.hypothesis)}</code> trains its runs`
  }.</p>
${
  origin &&
  html`<ul class="runs">${origin.runs.map(
    ({ arm, id, seeds }) =>
      html`<li>${arm}: <code>${id}</code>, ${seeds.length === 1 ? "seed" : "seeds"} ${seeds.join(", ")}</li>`,
  )}</ul>`
}</details>`;
}
