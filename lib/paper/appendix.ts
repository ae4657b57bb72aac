import { readFileSync } from "node:fs";
import { join } from "node:path";
import { keptCrosschecks } from "../crosscheck/kept.js";
import { crosscheckSummary } from "../crosscheck/table.js";
import { messageOf, UserError } from "../errors.js";
import { chosenOnRecord, chosenTable } from "../hypotheses/choose.js";
import { notebooksDirectory } from "../notebook/notebooks.js";
import type { Run, RunRecord } from "../runs/record.js";
import { RunIndex } from "../runs/run-index.js";
import { loadRun } from "../runs/store.js";
import { renderTable } from "../tables/render.js";
import type { Article } from "./article.js";
import type { Bibliography } from "./bibliography.js";
import { type Download, downloadList } from "./downloads.js";
import { computingSentence, environmentTable } from "./environment.js";
import { noGlossary } from "./glossary.js";
import { html, type Markup, raw } from "./html.js";
import { type MarkdownPage, newPage, renderMarkdown } from "./markdown.js";
import { footnoteList, glossaryList, referenceList } from "./references.js";

export interface AppendixOptions extends Pick<MarkdownPage, "site" | "bibliography" | "glossary" | "pageOf"> {
  /** Of all runs that the site shows. */
  records: readonly RunRecord[];
  /** Every page with its address, in order. */
  articles: readonly { href: string; title: string; article: Article }[];
  commit: string;
  /** Files with all runs and filters; none where the site was built without. */
  downloads: readonly Download[];
}

/** Markdown beside the notebooks: "introduction", "appendix". Throws `UserError` where it is missing. */
export function readProse(name: string, directory = notebooksDirectory()): string {
  try {
    return readFileSync(join(directory, `${name}.md`), "utf8");
  } catch (error) {
    throw new UserError(
      `notebooks/${name}.md cannot be read (${messageOf(error)}). Restore it: git checkout -- notebooks/${name}.md`,
      { cause: error },
    );
  }
}

/**
 * The appendix: the Markdown of `notebooks/appendix.md`, where a line "[[environment]]", "[[glossary]]", "[[data]]",
 * "[[bibtex]]", "[[crosschecks]]", "[[tuning]]" or "[[lists]]" stands for what is computed.
 */
export async function appendixBody(options: AppendixOptions): Promise<{ body: Markup; page: MarkdownPage }> {
  // Its terms are explained on the page itself.
  const { site, bibliography, pageOf, glossary } = options;
  const page = newPage({ name: "appendix.md", site, bibliography, pageOf, glossary: noGlossary });
  const computed: Record<string, () => Markup | Promise<Markup>> = {
    environment: () => environment(options),
    glossary: () => glossaryList({ ...page, glossary }),
    data: () => downloadList(options.downloads),
    bibtex: () => bibtex(options.bibliography),
    crosschecks,
    tuning,
    lists: () => lists(options.articles),
  };
  const parts: Markup[] = [];
  for (const part of readProse("appendix").split(/^(\[\[\w+\]\])$/m)) {
    const name = /^\[\[(\w+)\]\]$/.exec(part)?.[1];
    if (name === undefined) parts.push(await renderMarkdown(part, page));
    else if (computed[name]) parts.push(await computed[name]());
    else
      throw new UserError(
        `notebooks/appendix.md asks for "${name}". Expected one of ${Object.keys(computed).join(", ")}.`,
      );
  }
  return { body: html`${parts}${footnoteList(page)}${referenceList(page)}`, page };
}

function environment({ records, commit }: AppendixOptions): Markup {
  return html`<p>${computingSentence(records)} These pages were built at commit <code>${commit}</code>.</p>
<div class="table-scroll" tabindex="0" role="group" aria-label="Environment">${raw(renderTable(environmentTable(records), "html"))}</div>`;
}

/** What PyTorch, and other kernels, made of the same configurations. */
async function crosschecks(): Promise<Markup> {
  const kept = await keptCrosschecks();
  const found = await Promise.all(
    kept.map(async (crosscheck) => ({ crosscheck, runs: await finishedRuns(crosscheck.id) })),
  );
  // Another folder of records may lack those that were compared.
  const pairs = found.filter(({ runs }) => runs.length > 0);
  const table = (chosen: typeof pairs, words: Parameters<typeof crosscheckSummary>[1]) =>
    chosen.length > 0 &&
    html`<div class="table-scroll" tabindex="0" role="group" aria-label="${words.title}">${raw(renderTable(crosscheckSummary(chosen, words), "html"))}</div>`;
  const isPyTorch = ({ crosscheck }: (typeof found)[number]) => crosscheck.by.startsWith("PyTorch");
  return html`${table(pairs.filter(isPyTorch), {
    title: "The same configurations trained in PyTorch",
    other: "PyTorch",
    note: "PyTorch has seeds, initial weights, order and choice of images of its own.",
  })}
${table(
  pairs.filter((pair) => !isPyTorch(pair)),
  {
    title: "The same runs trained again with kernels that multiply less",
    other: "again",
    note: "The same seeds, initial weights and order of images, with other rounding.",
  },
)}`;
}

/** Every rate and penalty that was tuned, and what was chosen of them. */
async function tuning(): Promise<Markup> {
  const tables = await Promise.all(
    (["lite", "reduced"] as const).map(async (scale) =>
      chosenTable(await chosenOnRecord({ scale, dataset: { name: "cifar10", source: "jpeg" } }), scale),
    ),
  );
  return html`${tables.map(
    (table) =>
      html`<div class="table-scroll" tabindex="0" role="group" aria-label="${table.title}">${raw(renderTable(table, "html"))}</div>`,
  )}`;
}

/** Every finished seed of a configuration on record. */
async function finishedRuns(id: string): Promise<Run[]> {
  const runs = await Promise.all(new RunIndex().seeds(id).map((seed) => loadRun(id, seed)));
  return runs.filter(({ record }) => record.status === "finished");
}

/** The entries that a reader cites: of the paper itself. */
function bibtex({ references }: Bibliography): Markup {
  const [paper] = references;
  return html`<pre class="source" tabindex="0"><code>${paper?.bibtex}</code></pre>`;
}

function lists(articles: AppendixOptions["articles"]): Markup {
  const list = (kind: "figures" | "tables", word: string) =>
    articles.flatMap(({ href, title, article }) =>
      article[kind].length === 0
        ? []
        : [
            html`<h4>${title}</h4><ul class="list">${article[kind].map(
              (item) => html`<li><a href="${href}#${item.id}">${word} ${item.number}</a> ${item.title}</li>`,
            )}</ul>`,
          ],
    );
  return html`<h3 id="list-of-figures">Figures</h3>${list("figures", "Figure")}<h3 id="list-of-tables">Tables</h3>${list("tables", "Table")}`;
}
