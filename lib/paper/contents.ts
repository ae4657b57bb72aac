import { answers } from "../hypotheses/answer.js";
import type { ArticleFigure } from "./article.js";
import { html, type Markup } from "./html.js";
import type { NarrowPicture } from "./narrow-picture.js";
import type { NotebookSource } from "./notebook-source.js";
import { effectWords, intervalBar, verdictBadge } from "./verdict-view.js";

export interface ContentsOptions {
  sources: readonly NotebookSource[];
  pageOf(stem: string): string | undefined;
  /** The text above the verdicts, rendered. */
  introduction: Markup;
  /** What the first page shows before any number: a figure of another page, and where it is. */
  opening?: { figure: ArticleFigure; narrow?: NarrowPicture; href: string; title: string } | undefined;
}

/** The first page: what this is, all verdicts at a glance, all notebooks. */
export function contentsBody({ sources, pageOf, introduction, opening }: ContentsOptions): Markup {
  const judged = sources.filter((source) => source.hypothesis && source.verdict);
  const others = sources.filter(({ hypothesis }) => !hypothesis);
  return html`<header class="title"><h1>Implicit filter sparsity</h1><p class="lead">An executable paper: train an ordinary convolutional network, and many of its filters may die. Which, when, and why?</p></header>
${introduction}
${opening && openingFigure(opening)}
${others.length > 0 && html`<ul class="notebooks">${others.map(({ stem, kind, title }) => html`<li>${kind && html`<span class="kind">${kind}</span>`}<a href="${pageOf(stem)!}">${title}</a></li>`)}</ul>`}
${judged.length > 0 && verdictsTable(judged, pageOf)}
<p><a href="appendix.html">Appendix</a>: protocol, environment, how to cite, corrections, and the lists of figures and tables.</p>`;
}

function openingFigure({ figure, narrow, href, title }: NonNullable<ContentsOptions["opening"]>): Markup {
  const { head, picture, caption } = figure;
  return html`<figure class="figure opening">${head}
<div class="figure-frame" tabindex="0" role="group" aria-label="${figure.title}"><picture>${narrow && html`<source media="(max-width: 43rem)" srcset="${narrow.src}" width="${narrow.width}" height="${narrow.height}">`}<img src="${picture.src}" width="${picture.width}" height="${picture.height}" alt="${picture.alt}"></picture></div>
<figcaption>${caption} From <a href="${href}">${title}</a>, where it can be pointed at.</figcaption></figure>`;
}

function verdictsTable(sources: readonly NotebookSource[], pageOf: ContentsOptions["pageOf"]): Markup {
  const counts = answers.map((kind) => {
    const count = sources.filter(({ verdict }) => verdict!.verdict === kind).length;
    return html`<li>${verdictBadge({ verdict: kind })} ${count}</li>`;
  });
  return html`<h2 id="verdicts">Verdicts at a glance</h2>
<ul class="counts">${counts}</ul>
<p class="legend">The dot is the measured effect, the line its 95 % interval over pairs of seeds; right of the line at 0 is the side of the claim, and the shaded part is too small to matter. Each has its own scale.</p>
<table class="glance"><thead><tr><th scope="col">Question</th><th scope="col">Verdict</th><th scope="col">Effect and 95 % interval</th></tr></thead>
<tbody>${sources.map((source) => verdictRow(source, pageOf(source.stem)!))}</tbody></table>`;
}

function verdictRow({ hypothesis, verdict, title }: NotebookSource, href: string): Markup {
  const { effect, interval } = effectWords(verdict!);
  const { seeds, scale, dataset } = verdict!;
  return html`<tr><th scope="row"><span class="id">${hypothesis!.id.toUpperCase().replace(/^H0/, "H")}</span><a href="${href}">${title}</a><span class="question">${hypothesis!.question}</span></th>
<td data-label="Verdict"><a class="to-verdict" href="${href}#verdict-1">${verdictBadge(verdict!)}</a></td>
<td data-label="Effect">${intervalBar(verdict!)}<span class="effect">${effect}${interval && html`<br>${interval}`}</span><span class="basis">${seeds} ${seeds === 1 ? "seed" : "seeds"}, ${scale} scale, ${dataset}</span></td></tr>
`;
}
