import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { renderTable } from "../tables/render.js";
import { isEstimate, type Table } from "../tables/table.js";
import type { Bibliography } from "./bibliography.js";
import { highlighted } from "./code.js";
import { type FigureFiles, writeFigure } from "./figure-files.js";
import { escapeHtml, html, type Markup, raw } from "./html.js";
import { type FigureItem, type Item, itemsOf, type TableItem } from "./items.js";
import { type MarkdownPage, renderMarkdown } from "./markdown.js";
import type { NotebookSource } from "./notebook-source.js";
import { figureOrigin, type Provenance } from "./provenance.js";
import { footnoteList, referenceList } from "./references.js";
import { verdictBox } from "./verdict-view.js";

export interface ArticleOptions {
  /** The site's folder, to write figures and tables into. */
  site: string;
  bibliography: Bibliography;
  pageOf: MarkdownPage["pageOf"];
  provenance: Provenance;
  /** What lets a reader rerun the hypothesis in the page; goes below the heading "Rerun this". */
  live?: Markup;
}

export interface Article {
  body: Markup;
  headings: MarkdownPage["headings"];
  /** Of the page, in order. */
  figures: ArticleFigure[];
  tables: { number: number; id: string; title: string }[];
  /** How many it shows; "verdict-1" is the first. */
  verdicts: number;
  unknownPapers: Set<string>;
}

/** What other pages show of a figure: number, fragment and text for the appendix's list, the rest for the first page. */
export interface ArticleFigure {
  number: number;
  id: string;
  name: string;
  title: string;
  /** Title and subtitle, where the picture is without. */
  head: Markup | undefined;
  picture: FigureFiles["shown"] & { alt: string };
  caption: Markup;
}

/** A notebook as the body of a page; its figures and tables are written beside it. */
export async function renderArticle(source: NotebookSource, options: ArticleOptions): Promise<Article> {
  const items = itemsOf(source.notebook);
  const figures = items.filter((item): item is FigureItem => item.kind === "figure");
  const page: MarkdownPage = {
    name: `${source.stem}.ipynb`,
    bibliography: options.bibliography,
    pageOf: options.pageOf,
    target: (kind, number) => {
      if (kind === "Table") return undefined;
      const found = figures.find(({ ownNumber }) => ownNumber === number);
      return found && { id: `fig-${found.number}`, number: found.number };
    },
    citations: new Set(),
    headings: [],
    footnotes: [],
    unknownPapers: new Set(),
  };
  const article: Article = {
    body: raw(""),
    headings: page.headings,
    figures: [],
    tables: [],
    verdicts: 0,
    unknownPapers: page.unknownPapers,
  };
  const parts: Markup[] = [];
  for (const item of items) parts.push(await renderItem(item, { source, options, page, article }));
  article.body = html`${parts}${footnoteList(page)}${referenceList(page)}`;
  return article;
}

interface Rendering {
  source: NotebookSource;
  options: ArticleOptions;
  page: MarkdownPage;
  article: Article;
}

async function renderItem(item: Item, rendering: Rendering): Promise<Markup> {
  switch (item.kind) {
    case "prose":
      return prose(item.text, rendering);
    case "code":
      return html`<details class="code" id="cell-${item.cell}"><summary>Code of cell ${item.cell}</summary>
<pre class="source" tabindex="0"><code>${await highlighted(item.source, "ts")}</code></pre></details>`;
    case "figure":
      return figure(item, rendering);
    case "table":
      return table(item, rendering);
    case "verdict":
      return verdictBox(item.verdict, ++rendering.article.verdicts);
    case "sentence":
      return html`<div class="computed">${await renderMarkdown(item.text, rendering.page)}</div>`;
    case "html":
      return html`<div class="table-scroll" tabindex="0" role="group" aria-label="Output">${raw(item.text)}</div>`;
    case "picture":
      return html`<p class="picture"><img src="data:image/png;base64,${item.png.replace(/\s/g, "")}" alt="${item.alt}"></p>`;
    case "plain":
      return html`<pre class="output" tabindex="0">${item.text.trimEnd()}</pre>`;
  }
}

/** The page has its own title and its own list of references. */
async function prose(text: string, { page, options }: Rendering): Promise<Markup> {
  const [kept, references] = splitReferences(text.replace(/^# .+$/m, ""));
  // Rendered for what it cites; the list at the end of the page has it.
  if (references) await renderMarkdown(references, { ...page, headings: [], footnotes: [] });
  const body = await renderMarkdown(kept, page);
  if (!options.live || !/^## Rerun\b/m.test(text)) return body;
  return raw(body.text.replace(/(<h2 id="rerun[^>]*>.*?<\/h2>)/s, (heading) => heading + options.live!.text));
}

function splitReferences(text: string): [kept: string, references: string | undefined] {
  const start = /^## References\s*$/m.exec(text);
  if (!start) return [text, undefined];
  const rest = text.slice(start.index + start[0].length);
  const end = /^## /m.exec(rest)?.index ?? rest.length;
  return [text.slice(0, start.index) + rest.slice(end), rest.slice(0, end)];
}

async function figure(item: FigureItem, { source, options, page, article }: Rendering): Promise<Markup> {
  const id = `fig-${item.number}`;
  const title = (item.figure.layout.title as { text?: string } | undefined)?.text ?? "";
  const name = `${source.stem}-${item.origin?.figure ?? `figure-${item.number}`}`;
  const isTaken = article.figures.some((other) => other.name === name);
  const files = await writeFigure(item.figure, {
    site: options.site,
    // Two figures of a page can be one figure of two sets of runs.
    name: isTaken ? `${name}-${item.number}` : name,
    ...(item.stored !== undefined && { stored: item.stored }),
  });
  const { shown } = files;
  const head =
    files.head &&
    html`<div class="figure-head"><p class="figure-title">${plotlyText(files.head.title)}</p>${files.head.subtitle.map((line) => html`<p>${plotlyText(line)}</p>`)}</div>`;
  const alt = spoken(item.caption) || spokenTitle(title);
  const caption = inlined(await renderMarkdown(item.caption, page));
  article.figures.push({
    ...{ number: item.number, id, name, title: spokenTitle(title), head, caption },
    picture: { ...shown, alt },
  });
  const pictures = files.pictures.map(({ format, src }) => html` <a href="${src}" download>${format}</a>`);
  return html`<figure class="figure" id="${id}">
${head}
<div class="figure-frame" tabindex="0" role="group" aria-label="Figure ${item.number}: ${spokenTitle(title)}">
<div class="figure-stage" style="--height:${shown.height}px;--natural-width:${shown.width}px" data-figure="${files.json}"${head ? raw(" data-bare") : ""}><img src="${shown.src}" width="${shown.width}" height="${shown.height}" loading="lazy" alt="${alt}"></div>
</div>
<figcaption><a class="number" href="#${id}">Figure ${item.number}.</a> ${caption}
<div class="figure-links"><span>Data: <a href="${files.csv}" download>CSV</a> <a href="${files.json}" download>JSON</a></span> <span>Picture:${pictures}</span> ${figureOrigin(item, options.provenance)}</div>
</figcaption>
</figure>`;
}

async function table(
  { number, table: { title, note, ...rest } }: TableItem,
  { source, options, article }: Rendering,
): Promise<Markup> {
  const id = `table-${number}`;
  const csv = `tables/${source.stem}-table-${number}.csv`;
  await mkdir(join(options.site, "tables"), { recursive: true });
  await writeFile(join(options.site, csv), `${renderTable(rest, "csv")}\n`);
  article.tables.push({ number, id, title: title ?? rest.columns.map(({ label }) => label).join(", ") });
  const what = title === undefined ? "" : ` ${title}.`;
  return html`<figure class="table" id="${id}"><figcaption><a class="number" href="#${id}">Table ${number}.</a>${what} <a class="data" href="${csv}" download>CSV</a></figcaption>
<div class="table-scroll${hasShortStub(rest) && " short-stub"}" tabindex="0" role="group" aria-label="Table ${number}">${raw(renderTable(withStub(rest), "html"))}</div>
${note !== undefined && html`<p class="note">${note}</p>`}</figure>`;
}

/** Whether the first column is made of names, which stay in one line, and not of sentences. */
const hasShortStub = ({ rows }: Table): boolean =>
  rows.every(([cell]) => typeof cell !== "string" || cell.length <= 34);

/** A first column without a head gets one for readers who hear the table. */
function withStub(table: Table): Table {
  const [first, ...others] = table.columns;
  if (first?.label !== "" || table.rows.some(([cell]) => isEstimate(cell ?? null))) return table;
  return { ...table, columns: [{ ...first, label: "Statistic" }, ...others] };
}

/** Plotly's markup in a text, the parts of it that HTML has too. */
const plotlyText = (text: string): Markup =>
  raw(escapeHtml(text).replace(/&lt;(\/?(?:sup|sub|b|i))&gt;/g, "<$1>"));

/** The same as plain text. */
const spokenTitle = (text: string): string =>
  text
    .replace(/<[^>]+>/g, " ")
    .replace(/\s+/g, " ")
    .trim();

/** A caption's Markdown as it is read out. */
const spoken = (markdown: string): string =>
  markdown
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[*_`$\\]/g, "")
    .replace(/\s+/g, " ")
    .trim();

/** One paragraph without its element, to go on in a line. */
const inlined = ({ text }: Markup): Markup => raw(text.replace(/^<p>([\s\S]*)<\/p>\s*$/, "$1"));
