import { html, type Markup } from "./html.js";
import type { MarkdownPage } from "./markdown.js";

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
