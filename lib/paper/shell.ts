import { html, type Markup, raw } from "./html.js";

export interface PageOptions {
  /** Of the browser's window, beside the site's own. */
  title: string;
  /** One sentence for search engines and link previews. */
  description: string;
  body: Markup;
  /** Sections of the page, for the list beside it. */
  headings?: { level: number; id: string; text: string }[];
  previous?: PageLink;
  next?: PageLink;
  /** Scripts and styles of this page only. */
  head?: Markup;
  /** Whether formulas are on it. */
  hasMath?: boolean;
}

export interface PageLink {
  href: string;
  title: string;
}

export const siteTitle = "Implicit filter sparsity: an executable paper";

/** Chosen before the first paint, lest a dark page flash white. */
const earlyTheme = `try{var t=localStorage.getItem("theme");if(t)document.documentElement.dataset.theme=t}catch(e){}`;

/** A whole page: head, bar with the way around, sections beside the text, and what comes next. */
export function pageShell(options: PageOptions): string {
  const { title, description, body, headings = [], previous, next, head, hasMath } = options;
  const sections = headings.filter(({ level }) => level === 2);
  const whole = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title === siteTitle ? title : `${title} · ${siteTitle}`}</title>
<meta name="description" content="${description}">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="assets/icon.svg" type="image/svg+xml">
<script>${raw(earlyTheme)}</script>
${hasMath && html`<link rel="stylesheet" href="assets/katex.min.css">`}
<link rel="stylesheet" href="assets/style.css">
<script src="assets/page.js" defer></script>
${head}
</head>
<body>
<a class="skip" href="#text">Skip to the text</a>
<header class="bar"><nav aria-label="Pages"><a href="index.html">Contents</a>${previous && html`<a class="step" rel="prev" href="${previous.href}" aria-label="Previous: ${previous.title}">← Previous</a>`}${next && html`<a class="step" rel="next" href="${next.href}" aria-label="Next: ${next.title}">Next →</a>`}<a href="appendix.html">Appendix</a></nav>
<div class="tools"><button type="button" id="code-switch" hidden aria-pressed="false">Show code</button><button type="button" id="theme-switch" hidden>Dark</button></div></header>
<p class="notice" id="from-disk" hidden>This page was opened from disk, where browsers let nothing be fetched: figures stay pictures and nothing can be rerun here. In the project's folder, <code>npm run paper -- --serve</code> shows the same pages with both.</p>
<div class="page">
${sections.length > 2 && html`<nav class="sections" aria-label="Sections of this page"><ul>${sections.map(({ id, text }) => html`<li><a href="#${id}">${text}</a></li>`)}</ul></nav>`}
<main id="text">
${body}
</main>
</div>
<footer class="foot"><nav aria-label="Next pages">${previous && html`<a href="${previous.href}">← ${previous.title}</a>`}${next && html`<a href="${next.href}">${next.title} →</a>`}</nav></footer>
</body>
</html>
`;
  return whole.text;
}
