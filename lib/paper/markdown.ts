import type { Properties } from "hast";
import MarkdownIt, { type Token } from "markdown-it";
import footnote from "markdown-it-footnote";
import { messageOf } from "../errors.js";
import { type Bibliography, looksLikePaper, type Reference } from "./bibliography.js";
import { highlighted } from "./code.js";
import type { Glossary, GlossaryEntry } from "./glossary.js";
import { escapeHtml, type Markup, raw, slug, withFixedSpaces } from "./html.js";
import { drawFormula, type Formula, replaceMath, silentCommands, wordsOfFormula } from "./math.js";
import { type Attachments, picture } from "./pictures.js";
import { mark, own, type Piece, sanitized, withoutMarks, withSources } from "./sanitize.js";

/** What the texts of one page share: it is rendered cell by cell. */
export interface MarkdownPage {
  /** For messages: "01-regularization.ipynb". */
  name: string;
  /** The site's folder, for pictures. */
  site: string;
  /** Of the notebook: what relative paths of pictures begin at. */
  folder?: string;
  bibliography: Bibliography;
  glossary: Glossary;
  /** Address of a notebook's page, by the notebook's stem; undefined where the site has none. */
  pageOf(stem: string): string | undefined;
  /** Identifier of "Figure 3" or "Table 2" as the notebook counts them; undefined where the page has none. */
  target(kind: "Figure" | "Table", number: number): { id: string; number: number } | undefined;
  /** Filled while rendering. */
  citations: Set<Reference>;
  /** Entries of the glossary that the page links to. */
  terms: Set<GlossaryEntry>;
  headings: { level: number; id: string; text: string }[];
  footnotes: { id: string; content: Markup }[];
  /** Links to papers that the bibliography lacks. */
  unknownPapers: Set<string>;
  /** What could not be drawn, with notebook and cell. */
  warnings: Set<string>;
  /** Commands that formulas of the page define. */
  macros: Record<string, string>;
}

/** A page on which nothing is rendered yet. */
export const newPage = (
  given: Pick<MarkdownPage, "name" | "site" | "bibliography" | "glossary" | "pageOf"> &
    Partial<Pick<MarkdownPage, "folder" | "target">>,
): MarkdownPage => ({
  target: () => undefined,
  ...given,
  ...{ citations: new Set(), terms: new Set(), headings: [], footnotes: [], unknownPapers: new Set() },
  ...{ warnings: new Set(), macros: { ...silentCommands } },
});

/** Where in its page a text stands. */
export interface TextPlace {
  /** For messages: "Markdown cell 3". */
  where?: string;
  /** Of the text's cell. */
  attachments?: Attachments;
}

interface Env {
  page: MarkdownPage;
  /** Footnotes of earlier cells. */
  before: number;
  pieces: Piece[];
}

const markdown = new MarkdownIt({ html: true, linkify: true, typographer: true }).use(footnote);
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false });

const hold = ({ pieces }: Env, piece: Piece): number => pieces.push(piece) - 1;

/**
 * Renders one Markdown text of a page: math drawn, code highlighted, HTML of an allow-list kept, pictures put into the
 * site, links to papers as citations, to notebooks as links to their pages, "Figure 2" as a link to it. Headings,
 * citations, footnotes and warnings are added to the page.
 */
export async function renderMarkdown(
  text: string,
  page: MarkdownPage,
  place: TextPlace = {},
): Promise<Markup> {
  const env: Env = { page, before: page.footnotes.length, pieces: [] };
  const formulas = new Map<string, Formula>();
  const source = replaceMath(withoutMarks(text), (formula) => {
    // Drawn where it is met, for a later one may use what it defines; in code it is never met.
    const index = hold(env, { source: formula.source, html: () => drawn(formula, page, place) });
    formulas.set(mark(index), formula);
    return mark(index);
  });
  const tokens = markdown.parse(source, env);
  for (const token of tokens) {
    if (token.type === "fence" || token.type === "code_block")
      token.meta = await highlighted(withSources(token.content, env.pieces), token.info.trim());
    for (const child of token.children ?? [])
      if (child.type === "code_inline") child.content = withSources(child.content, env.pieces);
  }
  nameHeadings(tokens, env, (text) =>
    text.replace(/\uE000\d+\uE001/g, (found) => spoken(formulas.get(found)!, page)),
  );
  const notes = tokens.findIndex(({ type }) => type === "footnote_block_open");
  const render = (part: Token[]) =>
    finished(markdown.renderer.render(part, markdown.options, env), page, place, env.pieces);
  const body = await render(notes < 0 ? tokens : tokens.slice(0, notes));
  for (const note of notesOf(notes < 0 ? [] : tokens.slice(notes)))
    page.footnotes.push({ id: String(page.footnotes.length + 1), content: await render(note) });
  return body;
}

/** HTML that a notebook's cell shows, as far as a page shows it. */
export const renderHtml = (text: string, page: MarkdownPage, place: TextPlace = {}): Promise<Markup> =>
  finished(withoutMarks(text), page, place, []);

async function finished(
  text: string,
  page: MarkdownPage,
  place: TextPlace,
  pieces: readonly Piece[],
): Promise<Markup> {
  return raw(
    await sanitized(text, {
      pieces,
      leftOut: (what) => warn(page, place, `${what} is left out`),
      link: (url) => linkTo(url, page),
      picture: (url) =>
        picture(url, { ...page, ...place }).catch((error: unknown) => {
          warn(page, place, `the picture ${url.slice(0, 80)} is not shown: ${messageOf(error)}`);
          return undefined;
        }),
    }),
  );
}

export function warn(page: MarkdownPage, { where }: TextPlace, message: string): void {
  page.warnings.add(`${page.name}${where === undefined ? "" : `, ${where}`}: ${message}.`);
}

function drawn(formula: Formula, page: MarkdownPage, place: TextPlace): string {
  try {
    return drawFormula(formula, page);
  } catch (error) {
    warn(page, place, `a formula cannot be drawn, ${formula.source.trim()} (${messageOf(error)})`);
    return `<code class="undrawn">${escapeHtml(formula.source)}</code>`;
  }
}

function spoken(formula: Formula, page: MarkdownPage): string {
  try {
    return wordsOfFormula(formula, { ...page.macros });
  } catch {
    return formula.source;
  }
}

/** What a link becomes: a citation, a link to a notebook's page or to the appendix, itself, or nothing where the site has no such page. */
function linkTo(url: string, page: MarkdownPage): Properties | undefined {
  const reference = page.bibliography.find(url);
  if (reference) {
    page.citations.add(reference);
    return { href: url, className: ["cite"], ariaDescribedBy: [`ref-${reference.key}`] };
  }
  if (looksLikePaper(url)) page.unknownPapers.add(url);
  const [, path = "", fragment] = /^([^#]*)(?:#(.*))?$/s.exec(url) ?? [];
  const end = fragment ? `#${headingName(decoded(fragment))}` : "";
  if (path === "" || /^[\w-]+\.html$/.test(path)) return { href: path + end };
  if (/^(https?:|mailto:)/i.test(url)) return { href: url };
  if (/^(?:\.\/)?appendix\.md$/.test(path)) return { href: `appendix.html${end}` };
  const [, stem] = /^(?:\.\/|\.\.\/notebooks\/)?([^/\\]+)\.ipynb$/.exec(decoded(path)) ?? [];
  const address = stem === undefined ? undefined : page.pageOf(stem);
  return address === undefined ? undefined : { href: address + end };
}

/** Jupyter's name of a heading, "The-arms", is "the-arms" here; names that are lower-case already stay. */
const headingName = (fragment: string): string => (/^[a-z\d-]+$/.test(fragment) ? fragment : slug(fragment));

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function nameHeadings(tokens: Token[], env: Env, withWords: (text: string) => string): void {
  const { headings } = env.page;
  tokens.forEach((token, index) => {
    const parts = tokens[index + 1]?.children ?? [];
    // Heads of sections and of columns are names, and some are buttons: no links to the glossary.
    if (/^(heading|th)_open$/.test(token.type))
      for (const part of parts) part.meta = { ...part.meta, isHead: true };
    if (token.type !== "heading_open") return;
    const text = parts
      .map(({ type, content }) => (type === "text" || type === "code_inline" ? withWords(content) : ""))
      .join("")
      .trim();
    const taken = new Set(headings.map(({ id }) => id));
    let id = slug(text);
    for (let copy = 2; taken.has(id); copy++) id = `${slug(text)}-${copy}`;
    token.meta = hold(env, { properties: { id } });
    headings.push({ level: Number(token.tag.slice(1)), id, text });
  });
}

function notesOf(tokens: Token[]): Token[][] {
  const notes: Token[][] = [];
  let note: Token[] | undefined;
  for (const token of tokens) {
    if (token.type === "footnote_open") note = [];
    else if (token.type === "footnote_close" && note) {
      notes.push(note);
      note = undefined;
    } else note?.push(token);
  }
  return notes;
}

const { rules } = markdown.renderer;

rules.heading_open = (tokens, index) => `<${tokens[index]!.tag} ${own(tokens[index]!.meta as number)}>`;

rules.fence = (tokens, index, _options, env: Env) => {
  const code = hold(env, { html: `<code>${tokens[index]!.meta as Markup}</code>` });
  const frame = hold(env, { properties: { className: ["source"], tabIndex: 0 } });
  return `<pre ${own(frame)}>${mark(code)}</pre>\n`;
};
rules.code_block = rules.fence;

rules.table_open = (_tokens, _index, _options, env: Env) =>
  `<div ${own(hold(env, { properties: { className: ["table-scroll"], tabIndex: 0, role: "group", ariaLabel: "Table" } }))}><table>\n`;
rules.table_close = () => "</table></div>\n";

const noteNumber = (token: Token, env: Env) => env.before + Number(token.meta.id) + 1;

rules.footnote_ref = (tokens, index, _options, env: Env) => {
  const number = noteNumber(tokens[index]!, env);
  const html = `<sup class="note-mark"><a href="#note-${number}" id="note-mark-${number}" role="doc-noteref" aria-label="Footnote ${number}">${number}</a></sup>`;
  return mark(hold(env, { html }));
};

rules.footnote_anchor = (tokens, index, _options, env: Env) => {
  const html = ` <a href="#note-mark-${noteNumber(tokens[index]!, env)}" class="back" role="doc-backlink" aria-label="Back to the text">↩</a>`;
  return mark(hold(env, { html }));
};

rules.text = (tokens, index, _options, env: Env) => {
  const text = escapeHtml(withFixedSpaces(tokens[index]!.content));
  const inLink = tokens.slice(0, index).reduce((depth, { type }) => {
    return depth + (type === "link_open" ? 1 : type === "link_close" ? -1 : 0);
  }, 0);
  if (inLink > 0) return text;
  const numbered = linkNumbers(text, env.page);
  return tokens[index]!.meta?.isHead ? numbered : linkTerms(numbered, env);
};

/** Makes links of "Figure 2" and "Table 1" where the page has them. */
function linkNumbers(text: string, page: MarkdownPage): string {
  return text.replace(/\b(Figure|Table) (\d+)\b/g, (whole, kind: "Figure" | "Table", number: string) => {
    const target = page.target(kind, Number(number));
    return target ? `<a href="#${target.id}">${kind} ${target.number}</a>` : whole;
  });
}

/** Makes a link to the glossary of a term where the page uses it first. */
function linkTerms(text: string, env: Env): string {
  const { glossary, terms } = env.page;
  if (glossary.pattern === undefined) return text;
  return text.replace(glossary.pattern, (word) => {
    const entry = glossary.find(word);
    if (entry === undefined || terms.has(entry)) return word;
    terms.add(entry);
    const properties = {
      className: ["term"],
      href: `appendix.html#${entry.id}`,
      ariaDescribedBy: [entry.id],
    };
    return `<a ${own(hold(env, { properties }))}>${word}</a>`;
  });
}
