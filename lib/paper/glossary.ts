import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../errors.js";
import { notebooksDirectory } from "../notebook/notebooks.js";
import { slug } from "./html.js";

/** A word of the field as this collection uses it. */
export interface GlossaryEntry {
  /** "term-arm" */
  id: string;
  term: string;
  /** Markdown, one paragraph. */
  definition: string;
}

export interface Glossary {
  entries: readonly GlossaryEntry[];
  /** Matches any of the terms, the longest there is, as a word of its own. */
  pattern: RegExp | undefined;
  /** The entry of a word that the pattern found. */
  find(word: string): GlossaryEntry | undefined;
}

/** No terms. */
export const noGlossary: Glossary = { entries: [], pattern: undefined, find: () => undefined };

const entryForm = /^\*\*(.+?)\*\*(?: \(also: (.+?)\))?: ([\s\S]+)$/;

/**
 * Reads `notebooks/glossary.md`: below its title each paragraph is an entry, "**arm** (also: arms): one setting ...".
 * Without the file there are no terms. Throws `UserError` where a paragraph is no entry or a word has two.
 */
export function readGlossary(path = join(notebooksDirectory(), "glossary.md")): Glossary {
  if (!existsSync(path)) return noGlossary;
  const paragraphs = readFileSync(path, "utf8")
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== "" && !paragraph.startsWith("#"));
  return glossaryOf(
    paragraphs.map((paragraph) => {
      const [, term, also = "", definition] = entryForm.exec(paragraph) ?? [];
      if (term === undefined || definition === undefined) {
        throw new UserError(
          `${path} has a paragraph that is no entry: "${paragraph.slice(0, 60)}". Expected "**term** (also: other, forms): what it means."`,
        );
      }
      const words = [term, ...also.split(",").map((word) => word.trim())].filter((word) => word !== "");
      return { term, words, definition };
    }),
  );
}

function glossaryOf(terms: { term: string; words: string[]; definition: string }[]): Glossary {
  const byWord = new Map<string, GlossaryEntry>();
  const entries = terms.map(({ term, words, definition }) => {
    const entry = { id: `term-${slug(term)}`, term, definition };
    for (const word of words) {
      const key = word.toLowerCase();
      if (byWord.has(key)) throw new UserError(`The glossary explains "${word}" twice. Keep one of them.`);
      byWord.set(key, entry);
    }
    return entry;
  });
  const longestFirst = [...byWord.keys()].sort((a, b) => b.length - a.length);
  const alternatives = longestFirst.map((word) =>
    word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s+/g, "\\s+"),
  );
  return {
    entries,
    pattern:
      entries.length === 0
        ? undefined
        : new RegExp(`(?<![\\p{L}\\p{N}_-])(?:${alternatives.join("|")})(?![\\p{L}\\p{N}_-])`, "giu"),
    find: (word) => byWord.get(word.toLowerCase().replace(/\s+/g, " ")),
  };
}
