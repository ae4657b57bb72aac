import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { messageOf, UsageError, UserError } from "../errors.js";
import { closeBrowser } from "../export/browser.js";
import { codeState } from "../export/git.js";
import { liveScript, liveSection } from "../live/markup.js";
import { listNotebooks } from "../notebook/notebooks.js";
import { cacheDirectory } from "../paths.js";
import type { RunRecord } from "../runs/record.js";
import { appendixBody, prosePage, readProse } from "./appendix.js";
import { type Article, renderArticle } from "./article.js";
import { writeAssets } from "./assets.js";
import { readBibliography } from "./bibliography.js";
import { type ContentsOptions, contentsBody } from "./contents.js";
import { html, type Markup, raw } from "./html.js";
import { renderMarkdown } from "./markdown.js";
import { type NotebookSource, readSource, recordsOf } from "./notebook-source.js";
import { provenanceOf } from "./provenance.js";
import { referenceList } from "./references.js";
import { pageShell, siteTitle } from "./shell.js";
import { verdictLine } from "./verdict-view.js";

export interface PaperOptions {
  /** Paths of the notebooks, in order. Default: all of `notebooks/` that have a number. */
  notebooks?: readonly string[];
  /** The folder that becomes the site; what an earlier build left there is replaced. Default: `data/cache/paper`. */
  out?: string;
  /** Whether hypotheses can be rerun in their pages. Default true. */
  live?: boolean;
  /** Takes one line of progress at a time. */
  print?: (line: string) => void;
}

export interface BuiltPaper {
  folder: string;
  /** Pages, "index.html" first. */
  pages: string[];
  /** What a reader of the notebooks may want to mend. */
  warnings: string[];
}

export const defaultPaperDirectory = (): string => join(cacheDirectory(), "paper");

/** Says that a folder is a site of this program, which a later build may replace. */
const marker = ".filter-sparsity-paper";

/**
 * Builds the static site of executed notebooks, in a folder beside `out` that takes its place when all is there: `out`
 * is the earlier site, or none, or the whole new one. Throws `UsageError` where `out` holds anything else, `UserError`
 * where a notebook is not executed, a record is missing or a text is; each says what to do.
 */
export async function buildPaper(options: PaperOptions = {}): Promise<BuiltPaper> {
  const { notebooks = numberedNotebooks(), live = true, print = () => {} } = options;
  const out = resolve(options.out ?? defaultPaperDirectory());
  if (notebooks.length === 0) throw new UserError("There is no notebook to make pages of in notebooks/.");
  await requireReplaceable(out);
  // All that can be wrong with them is found before the first picture is drawn.
  const sources = notebooks.map(readSource);
  const records = await Promise.all(sources.map(recordsOf));
  await mkdir(dirname(out), { recursive: true });
  const site = await mkdtemp(join(dirname(out), `.${basename(out)}-`));
  try {
    const built = await writeSite(site, { sources, records, live, print });
    await writeFile(join(site, marker), "Built by npm run paper, which replaces this folder.\n");
    // A temporary folder is its owner's alone; a site is to be served.
    await chmod(site, 0o755);
    await putInPlace(site, out);
    return { folder: out, ...built };
  } catch (error) {
    throw isDiskError(error)
      ? new UserError(
          `The site could not be written beside ${out}: ${messageOf(error)}. Make room or access there.`,
          {
            cause: error,
          },
        )
      : error;
  } finally {
    await rm(site, { recursive: true, force: true });
    await closeBrowser();
  }
}

/** The collection; a draft has no number. */
const numberedNotebooks = (): string[] => listNotebooks().filter((path) => /^\d/.test(basename(path)));

const isDiskError = (error: unknown): boolean =>
  ["ENOSPC", "EACCES", "EROFS", "EDQUOT"].includes((error as NodeJS.ErrnoException)?.code ?? "");

async function requireReplaceable(out: string): Promise<void> {
  const names = await readdir(out).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === "ENOENT") return [];
    throw new UsageError(`${out} is not a folder. Expected one to put the site in, e.g. --out paper.`);
  });
  if (names.length === 0 || names.includes(marker)) return;
  throw new UsageError(
    `${out} holds files that are no site of this program (${names[0]}). Expected a new or empty folder.`,
  );
}

async function putInPlace(site: string, out: string): Promise<void> {
  const old = `${site}-old`;
  await rename(out, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  await rename(site, out);
  await rm(old, { recursive: true, force: true });
}

interface Content {
  sources: NotebookSource[];
  records: Map<string, RunRecord>[];
  live: boolean;
  print: (line: string) => void;
}

async function writeSite(
  site: string,
  { sources, records, live, print }: Content,
): Promise<Omit<BuiltPaper, "folder">> {
  const bibliography = readBibliography();
  const stems = new Set(sources.map(({ stem }) => stem));
  const pageOf = (stem: string) => (stems.has(stem) ? `${stem}.html` : undefined);
  await writeAssets(site);
  const rerunnable = live ? await writeLive(site) : new Set<string>();
  const warnings: string[] = [];
  const pages = ["index.html"];
  const put = async (name: string, text: string) => writeFile(join(site, name), text);

  const articles: SitePage[] = [];
  for (const [index, source] of sources.entries()) {
    const { stem, kind, title, hypothesis, verdict } = source;
    const id = hypothesis !== undefined && rerunnable.has(hypothesis.id) ? hypothesis.id : undefined;
    const article = await renderArticle(source, {
      ...{ site, bibliography, pageOf },
      provenance: provenanceOf(source, records[index]!),
      ...(id !== undefined && { live: raw(liveSection(id)) }),
    });
    for (const url of article.unknownPapers)
      warnings.push(`${stem}.ipynb cites ${url}, which notebooks/references.bib lacks.`);
    articles.push({ href: `${stem}.html`, title, article, judged: hypothesis !== undefined });
    const link = (other: NotebookSource | undefined) =>
      other && { href: `${other.stem}.html`, title: other.title };
    const previous = link(sources[index - 1]) ?? { href: "index.html", title: "Contents" };
    const next = link(sources[index + 1]) ?? { href: "appendix.html", title: "Appendix" };
    await put(
      `${stem}.html`,
      pageShell({
        ...{ title, previous, next, headings: article.headings, hasMath: hasMath(article.body) },
        description: hypothesis?.question ?? title,
        body: html`<header class="title">${kind && html`<p class="eyebrow">${kind}</p>`}<h1>${title}</h1>${verdict && verdictLine(verdict)}</header>
<article>${article.body}</article>`,
        ...(id !== undefined && { head: raw(liveScript()) }),
      }),
    );
    pages.push(`${stem}.html`);
    print(`${stem}: ${article.figures.length} figures, ${article.tables.length} tables`);
  }

  const [first, last] = [sources[0]!, sources.at(-1)!];
  const introductionPage = prosePage("introduction.md", { bibliography, pageOf });
  const introduction = await renderMarkdown(readProse("introduction"), introductionPage);
  await put(
    "index.html",
    pageShell({
      title: siteTitle,
      description:
        "Filters of regularized convolutional networks die: which, when and why, with a verdict on each claim.",
      body: html`${contentsBody({ sources, pageOf, introduction, opening: openingOf(articles) })}${referenceList(introductionPage)}`,
      next: { href: `${first.stem}.html`, title: first.title },
    }),
  );
  const { commit } = codeState();
  const appendix = await appendixBody({
    ...{ bibliography, pageOf, articles, commit: commit.slice(0, 12) },
    records: [...new Map(records.flatMap((one) => [...one])).values()],
  });
  await put(
    "appendix.html",
    pageShell({
      ...{ title: "Appendix", headings: appendix.headings, hasMath: true },
      description: "Protocol, environment, how to cite, corrections, figures and tables.",
      body: html`<header class="title"><h1>Appendix</h1></header><article>${appendix.body}</article>`,
      previous: { href: `${last.stem}.html`, title: last.title },
    }),
  );
  return { pages: [...pages, "appendix.html"], warnings };
}

interface SitePage {
  href: string;
  title: string;
  article: Article;
  /** Whether a hypothesis is judged there. */
  judged: boolean;
}

/** The first figure of the first hypothesis that has one. */
function openingOf(pages: readonly SitePage[]): ContentsOptions["opening"] {
  const page = pages.find(({ judged, article }) => judged && article.figures.length > 0);
  if (page === undefined) return undefined;
  const figure = page.article.figures[0]!;
  return { figure, href: `${page.href}#${figure.id}`, title: page.title };
}

const hasMath = (body: Markup): boolean => body.text.includes('class="katex"');

/** The rerun's files, and the hypotheses it knows. */
async function writeLive(site: string): Promise<Set<string>> {
  const { buildLive } = await import("../live/build.js");
  const { files } = await buildLive(join(site, "live"));
  return new Set(files.flatMap((name) => /^(h\d+)\.json$/.exec(name)?.[1] ?? []));
}
