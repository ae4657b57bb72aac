import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type CslEntry, plugins } from "@citation-js/core";
import "@citation-js/plugin-bibtex";
import { messageOf, UserError } from "../errors.js";
import { notebooksDirectory } from "../notebook/notebooks.js";
import { html, type Markup } from "./html.js";

/** An entry of the BibTeX file. */
export interface Reference {
  /** BibTeX key, "kingma2015adam". */
  key: string;
  url: string;
  /** Family name of the first author and year, to sort by. */
  order: string;
  /** The whole reference: authors, title, where, year. */
  text: Markup;
  title: string;
  /** "D. Mehta", in order. */
  authors: string[];
  year: number;
  /** The entry itself. */
  bibtex: string;
}

export interface Bibliography {
  references: Reference[];
  /** The entry whose URL a link has; undefined where there is none. */
  find(url: string): Reference | undefined;
}

export const bibliographyPath = (directory = notebooksDirectory()): string =>
  join(directory, "references.bib");

/** Reads a BibTeX file. Throws `UserError` where it cannot be read, or where an entry lacks title, year or URL. */
export function readBibliography(path = bibliographyPath()): Bibliography {
  let text: string;
  let entries: CslEntry[];
  try {
    text = readFileSync(path, "utf8");
    entries = plugins.input.chain(text, { forceType: "@bibtex/text", generateGraph: false });
  } catch (error) {
    throw new UserError(`${path} cannot be read as BibTeX: ${messageOf(error)}. Mend that entry.`, {
      cause: error,
    });
  }
  const references = entries.map((entry) => referenceOf(entry, text, path));
  const byAddress = new Map(references.map((reference) => [addressOf(reference.url), reference]));
  return { references, find: (url) => byAddress.get(addressOf(url)) };
}

/** Addresses of one paper: arXiv's abstract and PDF pages, with or without version, over http or https. */
const addressOf = (url: string): string =>
  url
    .replace(/^https?:\/\/(www\.)?/, "")
    .replace(/^arxiv\.org\/pdf\//, "arxiv.org/abs/")
    .replace(/^(arxiv\.org\/abs\/\d{4}\.\d{4,5})(v\d+)?(\.pdf)?$/, "$1")
    .replace(/[/#]+$/, "");

/** Sites that hold papers: a link there that no entry has was forgotten in the BibTeX file. */
const libraries = /^https?:\/\/(www\.)?(arxiv\.org|openreview\.net|doi\.org|jmlr\.org)\//;

export const looksLikePaper = (url: string): boolean => libraries.test(url);

function referenceOf(entry: CslEntry, text: string, path: string): Reference {
  const { id, title, URL: url } = entry;
  const year = entry.issued?.["date-parts"][0]?.[0];
  if (!title || !url || !year) {
    const lacking = [!title && "title", !year && "year", !url && "url"].filter(Boolean).join(" and ");
    throw new UserError(`${basename(path)}: entry ${id} has no ${lacking}. Add it.`);
  }
  const authors = (entry.author ?? []).map(({ given, family, literal }) => ({
    family: family ?? literal ?? "",
    name: [given && initials(given), family ?? literal].filter(Boolean).join(" "),
  }));
  return {
    key: id,
    url,
    order: `${authors[0]?.family ?? title} ${year}`.toLowerCase(),
    text: html`${listed(authors.map(({ name }) => name))}. <cite>${title}.</cite> ${place(entry)}${year}.`,
    ...{ title, year, authors: authors.map(({ name }) => name) },
    bibtex: sourceOf(id, text),
  };
}

const initials = (given: string): string =>
  given
    .split(/[\s.]+/)
    .filter((name) => name !== "")
    .map((name) => name.replace(/^(\p{L})[^-]*(?:-(\p{L}).*)?$/u, (_, a, b) => (b ? `${a}.-${b}.` : `${a}.`)))
    .join(" ");

function listed(names: string[]): string {
  if (names.length > 8) return `${names.slice(0, 6).join(", ")} and ${names.length - 6} others`;
  return names.length <= 1 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function place({ "container-title": container, publisher, volume, issue, page }: CslEntry): string {
  const where = container ?? publisher;
  if (where === undefined) return "";
  const numbers = [volume && `${volume}${issue ? `(${issue})` : ""}`, page?.replace("-", "–")].filter(
    Boolean,
  );
  return `${[where, ...(numbers.length > 0 ? [numbers.join(": ")] : [])].join(" ")}, `;
}

/** An entry's own lines: from its head to the brace at the start of a line. */
function sourceOf(key: string, text: string): string {
  const escaped = key.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^@\\w+\\{${escaped},[\\s\\S]*?^\\}`, "m").exec(text)?.[0] ?? "";
}
