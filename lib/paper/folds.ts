import { html, type Markup, raw } from "./html.js";

/** Sections that every page has alike: a reader of one page unfolds them, a reader of several has read them. */
const folded = ["The arms", "Threats to validity", "Rerun this"];

/**
 * Folds the sections of a page that repeat from page to page: what follows such a heading up to the next section is
 * shown when the heading is pressed, or a link leads into it. `before` goes before the first section, or to the end
 * where there is none.
 */
export function foldSections({ text }: Markup, before?: Markup): Markup {
  const [opening = "", ...sections] = text.split(/(?=<h2 id=")/);
  return html`${raw(opening)}${before}${sections.map((section) => foldedSection(section))}`;
}

function foldedSection(section: string): Markup {
  const [heading, title] = /^<h2 id="[^"]*">(.*?)<\/h2>/s.exec(section) ?? [];
  if (heading === undefined || !folded.includes(title!)) return raw(section);
  return html`<details class="fold"><summary>${raw(heading)}</summary>${raw(section.slice(heading.length))}</details>
`;
}
