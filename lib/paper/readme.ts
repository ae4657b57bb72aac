import { readFileSync } from "node:fs";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { UserError } from "../errors.js";
import { answerTo } from "../hypotheses/claim.js";
import { otherQuestions } from "../notebook/collection.js";
import { projectRoot } from "../paths.js";
import { answerOf, isJudged, largerScaleWords } from "./answers.js";
import type { NotebookSource } from "./notebook-source.js";

const begin = "<!-- answers: npm run paper -- --readme writes this table -->";
const end = "<!-- end of answers -->";

/** Every notebook with its question and how it came out, as a Markdown table. */
export function answersTable(sources: readonly NotebookSource[]): string {
  const rows = sources.map((source): string => {
    const { stem, title, hypothesis } = source;
    const question = hypothesis?.question ?? otherQuestions[stem] ?? title;
    const answer = isJudged(source)
      ? `${answerOf(source)} *Claim: ${[answerTo(source.verdict.source, source.verdict.verdict), ...largerScaleWords(source)].join("; ")}.*`
      : "";
    return `| [${stem}](notebooks/${stem}.ipynb) | ${question} | ${answer} |`;
  });
  return ["| notebook | question | what came out |", "|---|---|---|", ...rows].join("\n");
}

/** A README with this table between its two marks. Throws `UserError` where it lacks them. */
export function withAnswers(readme: string, table: string): string {
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from < 0 || to < from) {
    throw new UserError(
      `README.md has no place for the table of answers. Expected a line "${begin}" and, below it, one "${end}".`,
    );
  }
  return `${readme.slice(0, from)}${begin}\n\n${table}\n\n${readme.slice(to)}`;
}

export const readmePath = (): string => join(projectRoot, "README.md");

/** Writes the table of answers into README.md; whether anything has changed. */
export function writeAnswers(sources: readonly NotebookSource[]): boolean {
  const before = readFileSync(readmePath(), "utf8");
  const after = withAnswers(before, answersTable(sources));
  if (after !== before) writeFileAtomic.sync(readmePath(), after);
  return after !== before;
}
