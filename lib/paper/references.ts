import { type GlossaryEntry, noGlossary } from "./glossary.js";
import { html, type Markup } from "./html.js";
import { type MarkdownPage, renderMarkdown } from "./markdown.js";

/** What a page cites, by author. Citations show an entry of it when pointed at. */
export function referenceList({ citations }: Pick<MarkdownPage, "citations">): Markup | undefined {
  if (citations.size === 0) return undefined;
  const sorted = [...citations].sort((a, b) => a.order.localeCompare(b.order, "en"));
  return html`<section class="references" aria-labelledby="references"><h2 id="references">References</h2>
<ul>${sorted.map(
    ({ key, text, url }) =>
      html`<li id="ref-${key}">${text} <a href="${url}">${url.replace(/^https?:\/\/(www\.)?/, "")}</a></li>\n`,
  )}</ul></section>`;
}

export function footnoteList({ footnotes }: Pick<MarkdownPage, "footnotes">): Markup | undefined {
  if (footnotes.length === 0) return undefined;
  return html`<section class="footnotes" role="doc-endnotes" aria-labelledby="notes"><h2 id="notes">Notes</h2>
<ol>${footnotes.map(({ id, content }) => html`<li id="note-${id}">${content}</li>`)}</ol></section>`;
}

/** What the terms of a page mean, to show where they are pointed at; the appendix lists them all. */
export async function termList(page: MarkdownPage): Promise<Markup | undefined> {
  if (page.terms.size === 0) return undefined;
  return html`<div hidden>${await definitions([...page.terms], page)}</div>`;
}

/** The whole glossary. */
export const glossaryList = async (page: MarkdownPage): Promise<Markup> =>
  html`<div class="glossary">${await definitions(page.glossary.entries, page)}</div>`;

async function definitions(entries: readonly GlossaryEntry[], page: MarkdownPage): Promise<Markup[]> {
  // A definition links to no other one.
  const plain = { ...page, glossary: noGlossary };
  const texts: Markup[] = [];
  for (const { id, term, definition } of entries) {
    const text = await renderMarkdown(`**${term}**: ${definition}`, plain, {
      where: `"${term}" of the glossary`,
    });
    texts.push(html`<div id="${id}">${text}</div>\n`);
  }
  return texts;
}
