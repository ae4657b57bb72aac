import { existsSync } from "node:fs";
import { join } from "node:path";
import { answerTo, type ClaimSource } from "../hypotheses/claim.js";
import { type Hypothesis, hypotheses, plainAnswer, type Verdict } from "../hypotheses/index.js";
import { notebooksDirectory } from "./notebooks.js";

/** A link to a notebook beside the one that shows it, e.g. "01-regularization"; its bare name while there is no such file. */
export const notebookLink = (name: string): string =>
  existsSync(join(notebooksDirectory(), `${name}.ipynb`)) ? `[${name}](${name}.ipynb)` : name;

/** What notebooks that test no hypothesis are about. */
export const otherQuestions: Readonly<Record<string, string>> = {
  "00-overview": "What are dead filters? One of them, step by step; all verdicts; a map of the collection.",
  "14-recipes": "How many dead filters do you want? Settings that lead there, each with its evidence.",
  "21-your-own-analysis":
    "How do you get from every filter on record to charts of your own? Rows, verbs, three charts, one of them an SVG.",
  "22-from-toy-to-reduced":
    "Which directions hold from a toy to all of CIFAR-10, which turn, and on which step of the way?",
  "23-your-network":
    "Which filters of your network do nothing, and can be cut with a proof? Two published architectures, and the usual way beside the exact one.",
};

/** Both halves of the collection. */
export const parts = [
  { title: "The paper's claims", holds: (source: ClaimSource) => source !== "own" },
  { title: "Beyond the paper", holds: (source: ClaimSource) => source === "own" },
] as const;

/** A hypothesis with the verdict on its main contrast, where there is one. */
export interface Answered {
  hypothesis: Hypothesis;
  verdict?: Verdict | undefined;
}

/**
 * All notebooks as Markdown lists, the paper's claims and what goes beyond: title, verdict on the claim and the answer in a
 * sentence. What is not answered, or not there yet, says so.
 */
export function collectionMap(answered: readonly Answered[]): string {
  const verdicts = new Map(answered.map(({ hypothesis, verdict }) => [hypothesis.id, verdict]));
  const lines = (own: readonly Hypothesis[]) =>
    own.map((hypothesis) => {
      const { id, notebook, title, question } = hypothesis;
      const name = `H${Number(id.slice(1))} · ${title}`;
      const link = notebookLink(notebook);
      const shown = link === notebook ? `${name} (still to come)` : `[${name}](${notebook}.ipynb)`;
      const verdict = verdicts.get(id);
      const answer = verdict
        ? `*${answerTo(verdict.source, verdict.verdict)}*. ${plainAnswer(hypothesis, verdict)}`
        : `*no verdict yet*. ${question}`;
      return `- ${shown}: ${answer}`;
    });
  const others = Object.entries(otherQuestions)
    .slice(1)
    .map(([notebook, question]) => `- ${notebookLink(notebook)}: ${question}`);
  return [
    ...parts.flatMap(({ title, holds }) => [
      `**${title}**, with the verdict on each:`,
      lines(hypotheses.filter(({ source }) => holds(source))).join("\n"),
    ]),
    "**To use it:**",
    others.join("\n"),
  ].join("\n\n");
}
