import { basename } from "node:path";
import { z } from "zod";
import { UserError } from "../errors.js";
import { type Hypothesis, hypotheses, type Verdict } from "../hypotheses/index.js";
import {
  codeCells,
  type NotebookCell,
  type NotebookFile,
  type NotebookOutput,
  readNotebook,
  sourceOf,
} from "../notebook/notebooks.js";
import { type FigureOrigin, originKey } from "../notebook/origin.js";
import { findRun } from "../runs/index.js";
import type { RunRecord } from "../runs/record.js";
import { headingsIn } from "./headings.js";
import { originSchema, verdictSchema } from "./notebook-schema.js";

/** An executed notebook as the site reads it. */
export interface NotebookSource {
  path: string;
  /** "01-regularization" */
  stem: string;
  /** What its first heading says before "·": "Hypothesis 1" (for "H1"), "Overview". */
  kind?: string;
  /** What it says after that. */
  title: string;
  /** Absent for an overview. */
  hypothesis?: Hypothesis;
  /** The verdict on its hypothesis, on the main part of its claim where it has several. */
  verdict?: Verdict;
  /** All that it shows, in order: "verdict-1" of its page is the first. */
  verdicts: readonly Verdict[];
  notebook: NotebookFile;
}

/**
 * Reads a notebook for the site. Throws `UserError` that says what is missing and which command adds it: where the file is
 * no notebook, where cells have not run or failed, or where a hypothesis's notebook has no verdict.
 */
export function readSource(path: string): NotebookSource {
  const notebook = readNotebook(path);
  const stem = basename(path, ".ipynb");
  requireExecuted(notebook, stem);
  const hypothesis = hypotheses.find((one) => one.notebook === stem);
  const verdicts = outputsOf(notebook).flatMap((output) => verdictOf(output) ?? []);
  const verdict = verdicts.find(({ id }) => id === hypothesis?.id);
  if (hypothesis && !verdict) {
    throw new UserError(
      `${stem}.ipynb shows no verdict that this version can read. Execute it again: npm run notebook -- ${stem}`,
    );
  }
  return {
    path,
    stem,
    ...headingOf(notebook, stem),
    verdicts,
    notebook,
    ...(hypothesis && { hypothesis }),
    ...(verdict && { verdict }),
  };
}

function requireExecuted(notebook: NotebookFile, stem: string): void {
  const again = `Execute it: npm run notebook -- ${stem}`;
  const cells = codeCells(notebook);
  const failed = cells.find(({ cell }) => cell.outputs?.some(({ output_type }) => output_type === "error"));
  if (failed)
    throw new UserError(`Cell ${failed.number} of ${stem}.ipynb has failed. Mend it, then: ${again}`);
  const pending = cells.filter(({ cell }) => typeof cell.execution_count !== "number").length;
  if (pending > 0) {
    throw new UserError(
      `${stem}.ipynb is not executed: ${pending} of its ${cells.length} code cells have not run. ${again}`,
    );
  }
  const counts = cells.map(({ cell }) => cell.execution_count!);
  if (counts.some((count, index) => index > 0 && count <= counts[index - 1]!)) {
    throw new UserError(`${stem}.ipynb was not executed from top to bottom. ${again}`);
  }
}

function headingOf({ cells }: NotebookFile, stem: string): Pick<NotebookSource, "kind" | "title"> {
  for (const cell of cells) {
    if (cell.cell_type !== "markdown") continue;
    const heading = headingsIn(sourceOf(cell)).find(({ level, text }) => level === 1 && text !== "")?.text;
    if (heading === undefined) continue;
    const [, kind, title] = /^(.+?)\s+·\s+(.+)$/.exec(heading) ?? [];
    if (kind === undefined || title === undefined) return { title: heading };
    return { kind: kind.replace(/^H(\d+)$/, "Hypothesis $1"), title };
  }
  throw new UserError(`${stem}.ipynb has no title. Begin its first Markdown cell with "# Title".`);
}

export const outputsOf = ({ cells }: { cells: NotebookCell[] }): NotebookOutput[] =>
  cells.flatMap(({ outputs = [] }) => outputs);

const aboutOf = ({ metadata }: NotebookOutput): unknown => metadata?.[originKey];

/** The verdict that an output shows; JSON has no infinity, so that an unknown interval comes back from null. */
export function verdictOf(output: NotebookOutput): Verdict | undefined {
  const { data } = z.object({ verdict: verdictSchema }).safeParse(aboutOf(output));
  if (!data) return undefined;
  const { p, effect, interval, part, ...rest } = data.verdict;
  const [low, high] = interval;
  return {
    ...rest,
    ...(part !== undefined && { part }),
    ...{ p: p ?? Number.NaN, effect: effect ?? Number.NaN },
    interval: [low ?? Number.NEGATIVE_INFINITY, high ?? Number.POSITIVE_INFINITY],
  };
}

/** What a figure was made from; undefined where its notebook does not say. */
export const originOf = (output: NotebookOutput): FigureOrigin | undefined =>
  originSchema.safeParse(aboutOf(output)).data;

/**
 * The records of the runs that a notebook's figures were made from, by "id/seed". Throws `UserError` that names the first
 * ones missing.
 */
export async function recordsOf({
  notebook,
  stem,
  hypothesis,
}: NotebookSource): Promise<Map<string, RunRecord>> {
  const runs = new Set(
    outputsOf(notebook)
      .flatMap((output) => originOf(output)?.runs ?? [])
      .flatMap(({ id, seeds }) => seeds.map((seed) => `${id}/${seed}`)),
  );
  const records = new Map<string, RunRecord>();
  const missing: string[] = [];
  for (const run of runs) {
    const [id, seed] = run.split("/") as [string, string];
    const found = await findRun(id, Number(seed));
    if (found.state === "finished") records.set(run, found.record);
    else missing.push(run);
  }
  if (missing.length > 0) {
    const some = missing.length > 3 ? `${missing.slice(0, 3).join(", ")}, ...` : missing.join(", ");
    throw new UserError(
      `${stem}.ipynb shows ${runs.size} runs, and ${missing.length} of them have no record here: ${some}. ` +
        `Restore data/runs (git checkout -- data/runs), or train them and execute the notebook again: npm run ${
          hypothesis ? `reproduce -- ${hypothesis.id}` : "sweep -- all"
        }`,
    );
  }
  return records;
}
