import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { codeState } from "../export/git.js";
import { hypotheses } from "../hypotheses/index.js";
import { liveScript, liveSection } from "../live/markup.js";
import { whatWeLearned } from "../notebook/learned.js";
import type { RunRecord } from "../runs/record.js";
import { inOneParagraph, isJudged } from "./answers.js";
import { appendixBody, readProse } from "./appendix.js";
import { type Article, renderArticle } from "./article.js";
import { writeAssets } from "./assets.js";
import { readBibliography } from "./bibliography.js";
import { writeCells } from "./cells/build.js";
import { borrowedFigure, contentsBody } from "./contents.js";
import { writeDownloads } from "./downloads.js";
import { explorerBody, explorerHead, type SitePages, writeExplorer } from "./explorer/build.js";
import { rowsOfFigures } from "./figure-data.js";
import { readGlossary } from "./glossary.js";
import { html, type Markup, raw } from "./html.js";
import { type MarkdownPage, newPage, renderMarkdown } from "./markdown.js";
import { readCitation, sitemap } from "./metadata.js";
import { narrowPicture } from "./narrow-picture.js";
import type { NotebookSource } from "./notebook-source.js";
import { canRunInPage, writeNetwork } from "./onnx/build.js";
import { networkHeading, networkScript, networkSection, networkStem } from "./onnx/section.js";
import { openingFigure, openingNumbers, openingPair, scopeOf } from "./opening.js";
import { provenanceOf } from "./provenance.js";
import { referenceList, termList } from "./references.js";
import { type SearchEntry, searchEntries, writeSearch } from "./search.js";
import { type PageOptions, pageShell, siteTitle } from "./shell.js";
import { specificationViews } from "./specification-view.js";
import { verdictLine } from "./verdict-view.js";

export interface SiteContent {
  sources: NotebookSource[];
  /** Of each source, by "id/seed". */
  records: Map<string, RunRecord>[];
  live: boolean;
  /** Address of the site on the web, with its slash; undefined where it has none. */
  base: string | undefined;
  /** Whether all runs and filters are a download. */
  data: boolean;
  print(line: string): void;
}

export interface WrittenSite {
  /** Pages, "index.html" first. */
  pages: string[];
  /** What a reader of the notebooks may want to mend. */
  warnings: string[];
}

/** The notebook for questions of a reader's own. */
const ownAnalysis = "21-your-own-analysis";

/** A notebook's page in the site: "my notes" is "my%20notes.html". */
export const pageAddress = (stem: string): string => `${encodeURIComponent(stem.normalize("NFC"))}.html`;

/** Writes all files of a site into a folder. */
export async function writeSite(site: string, content: SiteContent): Promise<WrittenSite> {
  const { sources, records, live, base, print } = content;
  const stems = new Set(sources.map(({ stem }) => stem.normalize("NFC")));
  const pageOf = (stem: string) => (stems.has(stem.normalize("NFC")) ? pageAddress(stem) : undefined);
  const scales = new Map(sources.flatMap(({ verdict }) => (verdict ? [[verdict.id, verdict.scale]] : [])));
  const rowsOf = rowsOfFigures((id) => scales.get(id));
  const shared = { site, bibliography: readBibliography(), glossary: readGlossary(), pageOf };
  await writeAssets(site);
  const rerunnable = live ? await writeLive(site) : new Set<string>();
  if (live) await writeCells(site);
  const takesNetworks = live && canRunInPage() && sources.some(({ stem }) => stem === networkStem);
  if (takesNetworks) await writeNetwork(site);
  const about = { citation: readCitation(), paper: shared.bibliography.references[0], base };
  const warnings: string[] = [];
  const pages: string[] = [];
  const found: SearchEntry[] = [];
  const put = async (address: string, options: Omit<PageOptions, "about" | "address">) => {
    const text = pageShell({ ...options, address, about });
    await writeFile(join(site, decodeURIComponent(address)), text);
    found.push(...searchEntries(options.body, { title: options.title, address }));
    pages.push(address);
  };

  const articles: SitePage[] = [];
  for (const [index, source] of sources.entries()) {
    const { stem, kind, title, hypothesis, verdict } = source;
    const address = pageAddress(stem);
    const id = hypothesis !== undefined && rerunnable.has(hypothesis.id) ? hypothesis.id : undefined;
    const article = await renderArticle(source, {
      ...{ ...shared, rowsOf },
      provenance: provenanceOf(source, records[index]!),
      ...(id !== undefined && { live: raw(liveSection(id)) }),
    });
    for (const url of article.unknownPapers)
      warnings.push(`${stem}.ipynb cites ${url}, which notebooks/references.bib lacks.`);
    warnings.push(...article.warnings);
    const takesNetwork = takesNetworks && stem === networkStem;
    articles.push({ href: address, title, article, judged: isJudged(source), canRun: id !== undefined });
    await put(address, {
      ...{ title, headings: [...article.headings, ...(takesNetwork ? [networkHeading] : [])] },
      hasMath: hasMath(article.body),
      previous: linkTo(sources[index - 1]) ?? { href: "index.html", title: "Contents" },
      next: linkTo(sources[index + 1]) ?? { href: "appendix.html", title: "Appendix" },
      description: hypothesis?.question ?? title,
      body: html`<header class="title">${kind && html`<p class="eyebrow">${kind}</p>`}<h1>${title}</h1>${verdict && verdictLine(verdict)}</header>
${isJudged(source) && inOneParagraph(source)}
<article>${article.body}${takesNetwork && networkSection()}</article>`,
      ...(takesNetwork && { head: networkScript() }),
      ...(id !== undefined && { head: raw(liveScript()) }),
      runsCells: live,
      image: previewOf(article),
    });
    print(`${stem}: ${article.figures.length} figures, ${article.tables.length} tables`);
  }

  if (live) {
    await writeExplorer(site, explorerPages(sources));
    await put("explorer.html", {
      title: "Explorer",
      description: "Every run and every filter on record: choose axes, colors, panels and filters.",
      ...{ body: explorerBody, head: explorerHead },
    });
  }

  const introductionPage = newPage({ name: "introduction.md", ...shared });
  const opening = await openingOf(content, { articles, site, page: introductionPage });
  const introduction = await renderMarkdown(readProse("introduction"), introductionPage);
  const judged = sources.filter(isJudged);
  const lessons = whatWeLearned(judged);
  // A site of a few pages lacks most verdicts.
  if (judged.length === hypotheses.length) warnings.push(...lessons.stale);
  const learned = lessons.text && (await renderMarkdown(lessons.text, introductionPage));
  const terms = await termList(introductionPage);
  const specifications = await specificationViews(judged.map(({ hypothesis }) => hypothesis));
  await put("index.html", {
    title: siteTitle,
    description:
      "Filters of regularized convolutional networks die: which, when and why, with a verdict on each claim.",
    body: html`${contentsBody({ sources, pageOf, introduction, opening, specifications, learned: learned || undefined, explorer: live })}${referenceList(introductionPage)}${terms}`,
    hasMath: hasMath(introduction),
    next: linkTo(sources[0])!,
    image: articles.map(({ article }) => previewOf(article)).find((image) => image !== undefined),
  });

  const { commit } = codeState();
  const downloads = content.data ? await writeDownloads(site) : [];
  const appendix = await appendixBody({
    ...{ ...shared, articles, downloads, commit: commit.slice(0, 12) },
    records: [...new Map(records.flatMap((one) => [...one])).values()],
  });
  await put("appendix.html", {
    ...{ title: "Appendix", headings: appendix.page.headings, hasMath: true },
    description: "Protocol, environment, how to cite, corrections, figures and tables.",
    body: html`<header class="title"><h1>Appendix</h1></header><article>${appendix.body}</article>`,
    previous: linkTo(sources.at(-1))!,
  });
  warnings.push(...warningsOf(introductionPage), ...warningsOf(appendix.page));
  await writeSearch(site, found);
  const ordered = ["index.html", ...pages.filter((name) => name !== "index.html")];
  if (base !== undefined) await writeFile(join(site, "sitemap.xml"), sitemap(ordered, base));
  return { pages: ordered, warnings };
}

const linkTo = (source: NotebookSource | undefined) =>
  source && { href: pageAddress(source.stem), title: source.title };

/** Of a notebook whose first cell a chart's code is put into, and of the hypotheses. */
function explorerPages(sources: readonly NotebookSource[]): SitePages {
  const pages = sources.flatMap(({ stem, title, hypothesis }) =>
    hypothesis ? [[hypothesis.id, { href: pageAddress(stem), title }] as const] : [],
  );
  const own = sources.find(({ stem }) => stem === ownAnalysis);
  return { pages: Object.fromEntries(pages), ...(own && { cellsPage: pageAddress(own.stem) }) };
}

const warningsOf = ({ warnings }: MarkdownPage): string[] => [...warnings];

interface SitePage {
  href: string;
  title: string;
  article: Article;
  /** Whether a hypothesis is judged there, and whether it can be rerun. */
  judged: boolean;
  canRun: boolean;
}

/** The first screen: two runs with the words of `notebooks/opening.md`, or else the first figure of a hypothesis. */
async function openingOf(
  { sources }: SiteContent,
  { articles, site, page }: { articles: readonly SitePage[]; site: string; page: MarkdownPage },
): Promise<Markup | undefined> {
  const first = sources.find(({ hypothesis }) => hypothesis?.id === "h01");
  const pair = first && (await openingPair());
  if (pair) {
    const numbers = openingNumbers(pair);
    const text = readProse("opening").replace(/\{(\w+)\}/g, (whole, name) => numbers[name] ?? whole);
    const scales = new Set(sources.flatMap(({ verdict }) => verdict?.scale ?? []));
    const tryIt = articles.find(({ href, canRun }) => canRun && href === pageAddress(first.stem));
    return html`<div class="opening-words">${await renderMarkdown(text, page)}</div>
${scopeOf(pair, [...scales])}
${openingFigure(pair, tryIt && `${tryIt.href}#try-it`)}`;
  }
  const other = articles.find(({ judged, article }) => judged && article.figures.length > 0);
  if (other === undefined) return undefined;
  const figure = other.article.figures[0]!;
  const narrow = await narrowPicture(figure, site);
  return borrowedFigure({
    figure,
    page: { href: `${other.href}#${figure.id}`, title: other.title },
    ...(narrow && { narrow }),
  });
}

/** What a link to a page shows elsewhere: its first figure, as PNG. */
const previewOf = ({ figures: [first] }: Article): string | undefined => first?.preview;

const hasMath = (body: Markup): boolean => body.text.includes('class="katex"');

/** The rerun's files, and the hypotheses it knows. */
async function writeLive(site: string): Promise<Set<string>> {
  const { buildLive } = await import("../live/build.js");
  const { files } = await buildLive(join(site, "live"));
  return new Set(files.flatMap((name) => /^(h\d+)\.json$/.exec(name)?.[1] ?? []));
}
