import { existsSync } from "node:fs";
import { join } from "node:path";
import { hypotheses } from "../hypotheses/index.js";
import { notebooksDirectory } from "./notebooks.js";

/** A link to a notebook beside the one that shows it, e.g. "01-regularization"; its bare name while there is no such file. */
export const notebookLink = (name: string): string =>
  existsSync(join(notebooksDirectory(), `${name}.ipynb`)) ? `[${name}](${name}.ipynb)` : name;

/** All notebooks with their questions, as a Markdown list; those not yet there are said so. */
export const collectionMap = (): string =>
  [
    ...hypotheses,
    {
      notebook: "14-recipes",
      title: "Recipes",
      question:
        "Which settings lead to a wanted share of dead filters, or avoid them, and what does it cost?",
    },
    {
      notebook: "21-your-own-analysis",
      title: "Your own analysis",
      question: "How do you get from every filter on record to charts of your own?",
    },
  ]
    .map(({ notebook, title, question }) => {
      const link = notebookLink(notebook);
      const state = link === notebook ? " (still to come: its runs are under way)" : "";
      return `- ${link}: **${title}.** ${question}${state}`;
    })
    .join("\n");
