import { randomBytes } from "node:crypto";
import type { Element, Properties, Root, RootContent } from "hast";
import { fromHtml } from "hast-util-from-html";
import { defaultSchema, type Schema, sanitize } from "hast-util-sanitize";
import { toHtml } from "hast-util-to-html";
import { slug } from "./html.js";

/** HTML as it is, which `toHtml` writes out. */
interface Raw {
  type: "raw";
  value: string;
}

declare module "hast" {
  interface ElementContentMap {
    raw: Raw;
  }
  interface RootContentMap {
    raw: Raw;
  }
}

/** How `sanitized` treats what it meets. */
export interface SanitizeOptions {
  /** Takes what is left out, each in a line: "<script>", "onerror of <img>". */
  leftOut?(what: string): void;
  /** Where a picture is; undefined where there is none to show. Default: none is shown. */
  picture?(url: string): Promise<{ src: string; width?: number; height?: number } | undefined>;
  /** What a link gets; undefined where it leads nowhere and is to be text. Default: its address. */
  link?(url: string): Properties | undefined;
  /** What the site itself puts in, by the number that a mark or an own tag gives. */
  pieces?: readonly Piece[];
}

/** Text that a mark stands for. */
export interface Piece {
  /** In the page, as HTML that the site made. */
  html?: string | (() => string);
  /** Where nothing but text can stand, as in an attribute. */
  source?: string;
  /** Of a tag of the site's own. */
  properties?: Properties;
}

/** Stands for a piece in a text; no text has these signs of its own, see `withoutMarks`. */
export const mark = (index: number): string => `\uE000${index}\uE001`;
const marks = /(?:\uE000|%EE%80%80)(\d+)(?:\uE001|%EE%80%81)/g;

export const withoutMarks = (text: string): string => text.replace(/[\uE000\uE001\uF8FF]/g, "\uFFFD");

/** A text as it was before pieces were taken out of it. */
export const withSources = (text: string, pieces: readonly Piece[]): string =>
  text.replace(marks, (whole, index) => pieces[Number(index)]?.source ?? whole);

// Nobody who writes a notebook can know it, so that nobody else makes tags that count as the site's own.
const secret = [...randomBytes(8)].map((byte) => String.fromCharCode(97 + (byte % 26))).join("");
const ownProperty = `dataOwn${secret}`;

/** The attribute of a tag that gets the properties of a piece. */
export const own = (index: number): string => `data-own${secret}="${index}"`;

/** What a writer may use beyond what GitHub's schema has: parts of text and of tables. */
const schema: Schema = {
  ...defaultSchema,
  tagNames: [
    ...(defaultSchema.tagNames ?? []).filter((name) => !["input", "picture", "source"].includes(name)),
    ...["abbr", "bdi", "bdo", "caption", "center", "cite", "col", "colgroup", "dfn", "figcaption", "figure"],
    ...["font", "mark", "small", "time", "u", "wbr"],
  ],
  attributes: {
    "*": [
      ...["align", "colSpan", "dir", "height", "id", "lang", "open", "rowSpan", "scope", "span", "start"],
      ...["style", "title", "vAlign", "width", ownProperty],
    ],
    a: ["href"],
    font: ["color"],
    img: ["alt", "src"],
    ol: ["reversed", "type"],
  },
  protocols: { href: ["http", "https", "mailto"], src: ["http", "https", "attachment", "data"] },
  clobber: [],
  clobberPrefix: "",
  strip: ["script", "style", "template", "textarea", "title", "noscript", "iframe", "object", "noembed"],
};

/** Names that the site's own scripts and links go by. */
const reserved =
  /^(text|notes|references|try-it|from-disk|(theme|code)-switch|search\b.*|(fig|table|cell|verdict|ref|note|term)-.*)$/;

/** Declarations that change a part's looks, not its place. */
const harmlessStyle =
  /^\s*(text-align|vertical-align|white-space|color|background(-color)?|font-(weight|style|size|family)|text-decoration|(max-|min-)?(width|height)|padding(-\w+)?|margin(-\w+)?|border(-[\w-]+)?)\s*:\s*(?:[\w#%.,\s-]|\b(?:rgb|hsl)a?\([\d.,%\s/]+\))+$/i;

/**
 * HTML of a notebook, of which only what shows text, tables and pictures is left: no scripts, no styles of a page, no
 * frames, forms or addresses other than the web's and the site's. SVG becomes a picture, which runs nothing. Then the
 * site's own pieces are put in.
 */
export async function sanitized(text: string, options: SanitizeOptions = {}): Promise<string> {
  const { leftOut = () => {}, pieces = [] } = options;
  const tree = fromHtml(text, { fragment: true });
  prepare(tree, { leftOut, pieces });
  const clean = sanitize(tree, schema) as Root;
  await finish(clean, options);
  return toHtml(clean, { allowDangerousHtml: true });
}

type Parent = Root | Element;

function prepare(parent: Parent, context: Required<Pick<SanitizeOptions, "leftOut" | "pieces">>): void {
  for (const [index, node] of parent.children.entries()) {
    if (node.type !== "element") continue;
    const { tagName } = node;
    if (tagName === "svg") {
      parent.children[index] = svgPicture(node);
      continue;
    }
    if (!schema.tagNames!.includes(tagName)) context.leftOut(`<${tagName}>`);
    for (const [name, value] of Object.entries(node.properties)) {
      const kept = typeof value === "string" ? keptValue(name, value, context.pieces) : value;
      if (kept === undefined) delete node.properties[name];
      else node.properties[name] = kept;
      if (kept === undefined || /^on/i.test(name)) context.leftOut(`${name} of <${tagName}>`);
    }
    prepare(node, context);
  }
}

/** An attribute with formulas as they were written; undefined where it may not be. */
function keptValue(name: string, value: string, pieces: readonly Piece[]): string | undefined {
  const text = withSources(value, pieces);
  // As links to them are named, see `linkTo`.
  if (name === "id") return reserved.test(text) ? undefined : /^[a-z\d-]+$/.test(text) ? text : slug(text);
  if (name === "href" || name === "src") return isAddress(text) ? text : undefined;
  if (name !== "style") return text;
  const kept = text.split(";").filter((declaration) => harmlessStyle.test(declaration));
  return kept.length > 0 ? kept.join(";") : undefined;
}

const isAddress = (text: string): boolean =>
  /^(https?:|mailto:|attachment:|data:image\/)/i.test(text.trim()) ||
  !/^[\s\p{Cc}]*[\w+.-]+[\s\p{Cc}]*:/u.test(text);

/** As a picture of its own it can neither run anything nor reach the page. */
function svgPicture(svg: Element): Element {
  const { width, height, ariaLabel } = svg.properties;
  const text = toHtml(
    { ...svg, properties: { ...svg.properties, xmlns: "http://www.w3.org/2000/svg" } },
    { space: "svg", closeEmptyElements: true },
  );
  return {
    type: "element",
    tagName: "img",
    properties: { src: svgAddress(text), alt: String(ariaLabel ?? "Drawing"), width, height },
    children: [],
  };
}

export const svgAddress = (text: string): string =>
  `data:image/svg+xml;base64,${Buffer.from(text).toString("base64")}`;

async function finish(parent: Parent, options: SanitizeOptions): Promise<void> {
  const { pieces = [], picture, link = (href) => ({ href }) } = options;
  const children: RootContent[] = [];
  for (const node of parent.children) {
    if (node.type === "text") children.push(...withPieces(node.value, pieces));
    else if (node.type !== "element") children.push(node as RootContent);
    else {
      const index = node.properties[ownProperty];
      const { href } = node.properties;
      if (index !== undefined) node.properties = { ...pieces[Number(index)]?.properties };
      else if (node.tagName === "a" && typeof href === "string")
        Object.assign(node, linked(node, href, link(href)));
      await finish(node, options);
      if (node.tagName === "img") children.push(await shownPicture(node, picture));
      else children.push(node);
    }
  }
  parent.children = children as Element["children"];
}

const linked = (
  { properties }: Element,
  href: string,
  link: Properties | undefined,
): Pick<Element, "tagName" | "properties"> =>
  link
    ? { tagName: "a", properties: { ...properties, ...link } }
    : { tagName: "span", properties: { className: ["no-page"], title: href } };

async function shownPicture(node: Element, picture: SanitizeOptions["picture"]): Promise<RootContent> {
  const { src, alt, width, height } = node.properties;
  const found = typeof src === "string" ? await picture?.(src) : undefined;
  if (!found) return { type: "text", value: String(alt ?? "") };
  // A size that is given in part keeps the picture's own proportions.
  const size = width === undefined && height === undefined ? found : {};
  node.properties = { ...node.properties, ...size, src: found.src, alt: String(alt ?? ""), loading: "lazy" };
  return node;
}

/** A text with its marks replaced; a mark of nothing is what somebody wrote. */
function withPieces(text: string, pieces: readonly Piece[]): RootContent[] {
  const nodes: RootContent[] = [];
  let from = 0;
  for (const { 0: whole, 1: number, index } of text.matchAll(marks)) {
    const html = pieces[Number(number)]?.html;
    nodes.push({ type: "text", value: text.slice(from, index) });
    if (html === undefined) nodes.push({ type: "text", value: whole });
    else nodes.push({ type: "raw", value: typeof html === "string" ? html : html() });
    from = index + whole.length;
  }
  nodes.push({ type: "text", value: text.slice(from) });
  return nodes;
}
