import { createHash } from "node:crypto";
import { html, type Markup, raw } from "./html.js";
import { metadata, type PageAbout, type SiteAbout } from "./metadata.js";

/** `title` is that of the browser's window, beside the site's own; `description` one sentence. */
export interface PageOptions extends PageAbout {
  about: SiteAbout;
  body: Markup;
  /** Sections of the page, for the list beside it. */
  headings?: { level: number; id: string; text: string }[];
  previous?: PageLink;
  next?: PageLink;
  /** Scripts and styles of this page only. */
  head?: Markup;
  /** Whether formulas are on it. */
  hasMath?: boolean;
  /** Whether its cells can be edited and run. */
  runsCells?: boolean;
}

export interface PageLink {
  href: string;
  title: string;
}

export const siteTitle = "Implicit filter sparsity: an executable paper";

/** Chosen before the first paint, lest a dark page flash white. */
const earlyTheme = `try{var t=localStorage.getItem("theme");if(t)document.documentElement.dataset.theme=t}catch(e){}`;

/**
 * What a page may load and run: files of the site, the one script below, WebAssembly for the rerun, pictures and workers
 * that its own scripts make. A page opened from disk is a place of its own in some browsers, hence "file:".
 */
const policy = [
  "default-src 'none'",
  `script-src 'self' file: 'wasm-unsafe-eval' 'sha256-${createHash("sha256").update(earlyTheme).digest("base64")}'`,
  // Formulas and plots place their parts with styles.
  "style-src 'self' file: 'unsafe-inline'",
  "img-src 'self' file: data: blob:",
  "font-src 'self' file: data:",
  "connect-src 'self' data: blob:",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** A whole page: head, bar with the way around, sections beside the text, and what comes next. */
export function pageShell(options: PageOptions): string {
  const {
    title,
    description,
    body,
    headings = [],
    previous,
    next,
    head,
    hasMath,
    runsCells,
    about,
  } = options;
  const sections = headings.filter(({ level }) => level === 2);
  const whole = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title === siteTitle ? title : `${title} · ${siteTitle}`}</title>
<meta name="description" content="${description}">
${metadata(options, about)}
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
<div class="tools"><button type="button" id="search-switch" hidden>Search</button><button type="button" id="code-switch" hidden aria-pressed="false">Show code</button><button type="button" id="theme-switch" hidden>Dark</button></div></header>
<p class="notice" id="from-disk" hidden>This page was opened from disk, where browsers let nothing be fetched: figures stay pictures and no cell can run. In the project's folder, <code>npm run paper -- --serve</code> shows the same pages with both.</p>
<div class="page">
${sections.length > 2 && html`<nav class="sections" aria-label="Sections of this page"><ul>${sections.map(({ id, text }) => html`<li><a href="#${id}">${text}</a></li>`)}</ul></nav>`}
<main id="text"${runsCells && raw(" data-cells")}>
${body}
</main>
</div>
<footer class="foot"><nav aria-label="Next pages">${previous && html`<a href="${previous.href}">← ${previous.title}</a>`}${next && html`<a href="${next.href}">${next.title} →</a>`}</nav></footer>
</body>
</html>
`;
  return whole.text;
}
