import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { messageOf } from "../errors.js";
import type { PlotlyFigure } from "../figures/figure.js";
import { plainText } from "../figures/plain-text.js";
import { renderTable } from "../tables/render.js";
import { isEstimate, type Table } from "../tables/table.js";
import type { Bibliography } from "./bibliography.js";
import { highlighted } from "./code.js";
import type { RowsOf } from "./figure-data.js";
import { type FigureFiles, writeFigure } from "./figure-files.js";
import { foldSections } from "./folds.js";
import type { Glossary } from "./glossary.js";
import { headingsIn, splitSection, withoutHeading } from "./headings.js";
import { html, type Markup, plotlyMarkup, raw, slug } from "./html.js";
import { type FigureItem, type Item, itemsOf, type TableItem } from "./items.js";
import { type MarkdownPage, newPage, renderHtml, renderMarkdown, warn } from "./markdown.js";
import type { NotebookSource } from "./notebook-source.js";
import { storePicture } from "./pictures.js";
import { figureOrigin, type Provenance } from "./provenance.js";
import { footnoteList, referenceList, termList } from "./references.js";
import { terminalText } from "./terminal.js";
import { verdictBox } from "./verdict-view.js";

export interface ArticleOptions {
  /** The site's folder, to write figures and tables into. */
  site: string;
  bibliography: Bibliography;
  glossary: Glossary;
  pageOf: MarkdownPage["pageOf"];
  provenance: Provenance;
  rowsOf: RowsOf;
  /** What lets a reader rerun the hypothesis in the page; goes before the first section. */
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
  /** What could not be drawn, with notebook and cell. */
  warnings: Set<string>;
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
  /** The figure as the page draws it. */
  bare: PlotlyFigure;
  /** Address of the whole figure as PNG. */
  preview: string | undefined;
}

/** A notebook as the body of a page; its figures and tables are written beside it. */
export async function renderArticle(source: NotebookSource, options: ArticleOptions): Promise<Article> {
  const items = itemsOf(source.notebook);
  const figures = items.filter((item): item is FigureItem => item.kind === "figure");
  const { site, bibliography, glossary, pageOf, live } = options;
  const page = newPage({
    ...{ name: `${source.stem}.ipynb`, site, bibliography, glossary, pageOf },
    folder: dirname(source.path),
    target: (kind, number) => {
      if (kind === "Table") return undefined;
      const found = figures.find(({ ownNumber }) => ownNumber === number);
      return found && { id: `fig-${found.number}`, number: found.number };
    },
  });
  const article: Article = {
    body: raw(""),
    headings: page.headings,
    figures: [],
    tables: [],
    verdicts: 0,
    unknownPapers: page.unknownPapers,
    warnings: page.warnings,
  };
  const parts: Markup[] = [];
  let cell = 0;
  const title = items.findIndex((item) => item.kind === "prose" && titleOf(item.text) !== undefined);
  for (const [index, item] of items.entries()) {
    const rendered = await renderItem(item, { source, options, page, article, isTitle: index === title });
    // What a cell shows is one element, in the place of which a reader's own can stand.
    const [before, after] = [items[index - 1], items[index + 1]];
    if (item.kind === "code") cell = item.cell;
    else if (item.kind !== "prose" && before?.kind === "code")
      parts.push(raw(`<div class="outputs" id="outputs-${cell}">`));
    parts.push(rendered);
    const ends = after === undefined || after.kind === "prose" || after.kind === "code";
    if (item.kind !== "prose" && item.kind !== "code" && ends) parts.push(raw("</div>"));
  }
  if (live) page.headings.unshift({ level: 2, id: "try-it", text: "Try it" });
  const text = foldSections(html`${parts}`, live && html`<h2 id="try-it">Try it</h2>${live}`);
  // First, for a definition can cite a paper.
  const terms = await termList(page);
  article.body = html`${text}${footnoteList(page)}${referenceList(page)}${terms}`;
  return article;
}

interface Rendering {
  source: NotebookSource;
  options: ArticleOptions;
  page: MarkdownPage;
  article: Article;
  /** Whether the page's title stands in this item. */
  isTitle: boolean;
}

const titleOf = (text: string) => headingsIn(text).find(({ level, text }) => level === 1 && text !== "");

async function renderItem(item: Item, rendering: Rendering): Promise<Markup> {
  const { page } = rendering;
  switch (item.kind) {
    case "prose":
      return prose(item, rendering);
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
      return html`<div class="computed">${await renderMarkdown(item.text, page, item)}</div>`;
    case "html":
      return html`<div class="table-scroll" tabindex="0" role="group" aria-label="Output">${await renderHtml(item.text, page, item)}</div>`;
    case "picture":
      return outputPicture(item, rendering);
    case "plain":
      return html`<pre class="output" tabindex="0">${terminalText(item.text.trimEnd())}</pre>`;
    case "undrawn":
      warn(page, item, item.problem);
      return raw("");
  }
}

/** The page has its own title and its own list of references. */
async function prose(item: Item & { kind: "prose" }, { page, isTitle }: Rendering): Promise<Markup> {
  const title = isTitle ? titleOf(item.text) : undefined;
  const { rest, section } = splitSection(title ? withoutHeading(item.text, title) : item.text, "References");
  // Rendered for what it cites; the list at the end of the page has it.
  if (section !== undefined) await renderMarkdown(section, { ...page, headings: [], footnotes: [] }, item);
  return renderMarkdown(rest, page, item);
}

async function outputPicture(
  item: Item & { kind: "picture" },
  { page, options }: Rendering,
): Promise<Markup> {
  try {
    const { src, width, height } = await storePicture(item.bytes, options.site);
    return html`<p class="picture"><img src="${src}"${width && html` width="${width}"`}${height && html` height="${height}"`} loading="lazy" alt="${item.alt}"></p>`;
  } catch (error) {
    warn(page, item, `a picture is not shown: ${messageOf(error)}`);
    return raw("");
  }
}

const longestName = 100;

/** A notebook's file may call things anything; names of the site's files are made of letters, digits and dashes. */
const fileStem = ({ stem }: NotebookSource): string => slug(stem).slice(0, longestName);

async function figure(item: FigureItem, { source, options, page, article }: Rendering): Promise<Markup> {
  const id = `fig-${item.number}`;
  const where = { where: `cell ${item.cell}` };
  const { text: title } = (item.figure.layout.title ?? {}) as { text?: unknown };
  const words = plainText(typeof title === "string" ? title : "");
  const own = item.origin ? slug(item.origin.figure).slice(0, longestName) : `figure-${item.number}`;
  // Two figures of a page can be one figure of two sets of runs.
  let fileName = `${fileStem(source)}-${own}`;
  while (article.figures.some(({ name }) => name === fileName)) fileName += `-${item.number}`;
  // Stays when figures before it come or go; "fig-3" is the third, whichever that is.
  const lasting = `fig-of-${fileName.slice(fileStem(source).length + 1)}`;
  const files = await writeFigure(item.figure, {
    site: options.site,
    name: fileName,
    rows: await options.rowsOf(item),
    ...(item.stored !== undefined && { stored: item.stored }),
  });
  const { shown } = files;
  const head =
    files.head &&
    html`<div class="figure-head"><p class="figure-title">${plotlyMarkup(files.head.title)}</p>${files.head.subtitle.map((line) => html`<p>${plotlyMarkup(line)}</p>`)}</div>`;
  const alt = spoken(item.caption) || words;
  const caption = inlined(await renderMarkdown(item.caption, page, where));
  article.figures.push({
    ...{ number: item.number, id, name: fileName, title: words, head, caption },
    ...{ picture: { ...shown, alt }, bare: files.figure },
    preview: files.pictures.find(({ format }) => format === "PNG")?.src,
  });
  const pictures = files.pictures.map(({ format, src }) => html` <a href="${src}" download>${format}</a>`);
  return html`<figure class="figure" id="${id}">
${head}
<div class="figure-frame" id="${lasting}" tabindex="0" role="group" aria-label="Figure ${item.number}: ${words}">
<div class="figure-stage" style="--height:${shown.height}px;--natural-width:${shown.width}px" data-figure="${files.plotly}"${head ? raw(" data-bare") : ""}><img src="${shown.src}" width="${shown.width}" height="${shown.height}" loading="lazy" alt="${alt}"></div>
</div>
<figcaption><a class="number" href="#${lasting}">Figure ${item.number}.</a> ${caption}
<div class="figure-links"><span>Data: <a href="${files.csv}" download>CSV</a> <a href="${files.json}" download>JSON</a></span> <span>Picture:${pictures}</span> ${figureOrigin(item, options.provenance)}</div>
</figcaption>
</figure>`;
}

async function table(
  { number, table: { title, note, ...rest } }: TableItem,
  { source, options, article }: Rendering,
): Promise<Markup> {
  const id = `table-${number}`;
  const csv = `tables/${fileStem(source)}-table-${number}.csv`;
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

/** A caption's Markdown as it is read out. */
const spoken = (markdown: string): string =>
  markdown
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[*_`$\\]/g, "")
    .replace(/\s+/g, " ")
    .trim();

/** One paragraph without its element, to go on in a line. */
const inlined = ({ text }: Markup): Markup => raw(text.replace(/^<p>([\s\S]*)<\/p>\s*$/, "$1"));
