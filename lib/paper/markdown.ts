import { tex } from "@mdit/plugin-tex";
import katex from "katex";
import MarkdownIt, { type Token } from "markdown-it";
import footnote from "markdown-it-footnote";
import { messageOf, UserError } from "../errors.js";
import { type Bibliography, looksLikePaper, type Reference } from "./bibliography.js";
import { highlighted } from "./code.js";
import { escapeHtml, type Markup, raw, slug, withFixedSpaces } from "./html.js";

/** What the Markdown of one page shares: it is rendered cell by cell. */
export interface MarkdownPage {
  /** For messages: "01-regularization.ipynb". */
  name: string;
  bibliography: Bibliography;
  /** Address of a notebook's page, by the notebook's stem; undefined where the site has none. */
  pageOf(stem: string): string | undefined;
  /** Identifier of "Figure 3" or "Table 2" as the notebook counts them; undefined where the page has none. */
  target(kind: "Figure" | "Table", number: number): { id: string; number: number } | undefined;
  /** Filled while rendering. */
  citations: Set<Reference>;
  headings: { level: number; id: string; text: string }[];
  footnotes: { id: string; content: Markup }[];
  /** Links to papers that the bibliography lacks. */
  unknownPapers: Set<string>;
}

interface Env {
  page: MarkdownPage;
  /** Footnotes of earlier cells. */
  before: number;
}

const markdown = new MarkdownIt({ html: false, typographer: true })
  .use(tex, { delimiters: "dollars", render: math })
  .use(footnote);

function math(source: string, displayMode: boolean, { page }: Env): string {
  return drawFormula(source, page, { displayMode });
}

/** Throws `UserError` with the page's name where KaTeX cannot draw it. */
function drawFormula(source: string, { name }: MarkdownPage, options: katex.KatexOptions): string {
  try {
    return katex.renderToString(source.trim(), { ...options, throwOnError: true, strict: "error" });
  } catch (error) {
    throw new UserError(`${name} has a formula that cannot be drawn, $${source}$: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/**
 * Renders one Markdown text of a page: math drawn, code highlighted, links to papers as citations, to notebooks as
 * links to their pages, "Figure 2" as a link to it. Headings, citations and footnotes are added to the page.
 */
export async function renderMarkdown(text: string, page: MarkdownPage): Promise<Markup> {
  const env: Env = { page, before: page.footnotes.length };
  const tokens = markdown.parse(text, env);
  for (const token of tokens) {
    if (token.type === "fence") token.meta = await highlighted(token.content, token.info.trim());
    for (const child of token.children ?? []) {
      if (child.type !== "link_open") continue;
      const url = String(child.attrGet("href") ?? "");
      const reference = page.bibliography.find(url);
      if (reference) page.citations.add(reference);
      else if (looksLikePaper(url)) page.unknownPapers.add(url);
    }
  }
  nameHeadings(tokens, page);
  const notes = tokens.findIndex(({ type }) => type === "footnote_block_open");
  const body = notes < 0 ? tokens : tokens.slice(0, notes);
  if (notes >= 0) takeFootnotes(tokens.slice(notes), env);
  return raw(markdown.renderer.render(body, markdown.options, env));
}

function nameHeadings(tokens: Token[], page: MarkdownPage): void {
  tokens.forEach((token, index) => {
    if (token.type !== "heading_open") return;
    const inline = tokens[index + 1];
    const text = (inline?.children ?? [])
      .map((part) => wordsOf(part, page))
      .join("")
      .trim();
    const taken = new Set(page.headings.map(({ id }) => id));
    let id = slug(text);
    for (let copy = 2; taken.has(id); copy++) id = `${slug(text)}-${copy}`;
    token.attrSet("id", id);
    page.headings.push({ level: Number(token.tag.slice(1)), id, text });
  });
}

/** What a part of a heading says where nothing can be drawn: in the list of sections. */
function wordsOf({ type, content }: Token, page: MarkdownPage): string {
  if (type === "math_inline")
    return drawFormula(content, page, { output: "mathml" }).replace(
      /<annotation.*?<\/annotation>|<[^>]+>/gs,
      "",
    );
  return type === "text" || type === "code_inline" ? content : "";
}

function takeFootnotes(tokens: Token[], env: Env): void {
  let note: Token[] | undefined;
  for (const token of tokens) {
    if (token.type === "footnote_open") note = [];
    else if (token.type === "footnote_close" && note) {
      const content = markdown.renderer.render(note, markdown.options, env);
      env.page.footnotes.push({ id: String(env.page.footnotes.length + 1), content: raw(content) });
      note = undefined;
    } else note?.push(token);
  }
}

const { rules } = markdown.renderer;

rules.fence = (tokens, index) =>
  `<pre class="source" tabindex="0"><code>${tokens[index]!.meta as Markup}</code></pre>\n`;

rules.table_open = () => '<div class="table-scroll" tabindex="0" role="group" aria-label="Table"><table>\n';
rules.table_close = () => "</table></div>\n";

const noteNumber = (token: Token, env: Env) => env.before + Number(token.meta.id) + 1;

rules.footnote_ref = (tokens, index, _options, env: Env) => {
  const number = noteNumber(tokens[index]!, env);
  return `<sup class="note-mark"><a href="#note-${number}" id="note-mark-${number}" role="doc-noteref" aria-label="Footnote ${number}">${number}</a></sup>`;
};

rules.footnote_anchor = (tokens, index, _options, env: Env) =>
  ` <a href="#note-mark-${noteNumber(tokens[index]!, env)}" class="back" role="doc-backlink" aria-label="Back to the text">↩</a>`;

rules.link_open = (tokens, index, options, env: Env, self) => {
  const token = tokens[index]!;
  const url = String(token.attrGet("href") ?? "");
  const reference = env.page.bibliography.find(url);
  if (reference) {
    token.attrJoin("class", "cite");
    token.attrSet("aria-describedby", `ref-${reference.key}`);
    return self.renderToken(tokens, index, options);
  }
  const [, stem, fragment = ""] = /^(?:\.\/|\.\.\/notebooks\/)?([\w-]+)\.ipynb(#.*)?$/.exec(url) ?? [];
  const page = stem === undefined ? undefined : env.page.pageOf(stem);
  if (page !== undefined) token.attrSet("href", page + fragment);
  else if (!/^(https?:|mailto:|#)/.test(url)) return `<span class="no-page" title="${escapeHtml(url)}">`;
  return self.renderToken(tokens, index, options);
};

rules.link_close = (tokens, index, options, env: Env, self) => {
  let open = index;
  for (let depth = 1; depth > 0 && open > 0; ) {
    open--;
    if (tokens[open]!.type === "link_close") depth++;
    if (tokens[open]!.type === "link_open") depth--;
  }
  const url = String(tokens[open]!.attrGet("href") ?? "");
  const isLink =
    /^(https?:|mailto:|#)|\.html(#|$)/.test(url) || env.page.bibliography.find(url) !== undefined;
  return isLink ? self.renderToken(tokens, index, options) : "</span>";
};

rules.text = (tokens, index, _options, env: Env) => {
  const text = escapeHtml(withFixedSpaces(tokens[index]!.content));
  const inLink = tokens.slice(0, index).reduce((depth, { type }) => {
    return depth + (type === "link_open" ? 1 : type === "link_close" ? -1 : 0);
  }, 0);
  return inLink > 0 ? text : linkNumbers(text, env.page);
};

/** Makes links of "Figure 2" and "Table 1" where the page has them. */
function linkNumbers(text: string, page: MarkdownPage): string {
  return text.replace(/\b(Figure|Table) (\d+)\b/g, (whole, kind: "Figure" | "Table", number: string) => {
    const target = page.target(kind, Number(number));
    return target ? `<a href="#${target.id}">${kind} ${target.number}</a>` : whole;
  });
}
