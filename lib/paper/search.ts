import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Element, Nodes } from "hast";
import { fromHtml } from "hast-util-from-html";
import type { Markup } from "./html.js";

/** A section of a page, as the search finds it. */
export interface SearchEntry {
  /** Of the page. */
  title: string;
  /** Of the section; empty for what stands before the first. */
  heading: string;
  /** Of the section: "01-regularization.html#verdict". */
  href: string;
  text: string;
}

/** Parts of a page that no reader looks for: code, its own controls, and what only machines read. */
const skipped = /\b(code|origin|figure-links|back|katex-html|references|anchor)\b/;

/** Cuts a page's text into its sections. */
export function searchEntries(
  { text }: Markup,
  { title, address }: { title: string; address: string },
): SearchEntry[] {
  const entries: SearchEntry[] = [{ title, heading: "", href: address, text: "" }];
  const visit = (node: Nodes) => {
    const last = entries.at(-1)!;
    if (node.type === "text") last.text += node.value;
    if (!("children" in node)) return;
    if (node.type === "element") {
      if (isSkipped(node)) return;
      const { id } = node.properties;
      if (/^h[123]$/.test(node.tagName)) {
        const heading = wordsOf(node);
        if (node.tagName !== "h1")
          entries.push({ title, heading, href: id ? `${address}#${id}` : address, text: "" });
        return;
      }
      if (/^(p|div|li|td|th|tr|figure|figcaption|section)$/.test(node.tagName)) last.text += " ";
    }
    for (const child of node.children) visit(child);
  };
  visit(fromHtml(text, { fragment: true }));
  return entries
    .map((entry) => ({ ...entry, text: entry.text.replace(/\s+/g, " ").trim() }))
    .filter(({ heading, text }) => heading !== "" || text !== "");
}

function isSkipped({ tagName, properties }: Element): boolean {
  if (["script", "style", "svg", "annotation", "noscript"].includes(tagName)) return true;
  return properties.hidden === true || skipped.test([properties.className].flat().join(" "));
}

function wordsOf(node: Nodes): string {
  if (node.type === "text") return node.value;
  if (!("children" in node) || (node.type === "element" && isSkipped(node))) return "";
  return node.children.map(wordsOf).join("");
}

/** Writes what the search looks through: a script, since a page from disk can load one and fetch nothing. */
export const writeSearch = (site: string, entries: readonly SearchEntry[]): Promise<void> =>
  writeFile(
    join(site, "assets", "search-data.js"),
    `globalThis.searchData=${JSON.stringify(entries).replace(/[\u2028\u2029]/g, " ")};\n`,
  );
