import { answers } from "../hypotheses/answer.js";
import { parts } from "../notebook/collection.js";
import {
  answerOf,
  claimants,
  fragmentOf,
  furtherVerdicts,
  isJudged,
  type Judged,
  largerScaleWords,
  scopeWords,
} from "./answers.js";
import type { ArticleFigure } from "./article.js";
import { html, type Markup } from "./html.js";
import type { NarrowPicture } from "./narrow-picture.js";
import type { NotebookSource } from "./notebook-source.js";
import { effectWords, intervalBar, verdictBadge } from "./verdict-view.js";

export interface ContentsOptions {
  sources: readonly NotebookSource[];
  pageOf(stem: string): string | undefined;
  /** What the first screen says and shows: words, figure, scope. */
  opening: Markup | undefined;
  /** Above the answers, and below them, rendered. */
  introduction: Markup;
  learned: Markup | undefined;
  /** Whether the site has a page over all runs and filters. */
  explorer: boolean;
  /** Specification curves by hypothesis, where there is one. */
  specifications: ReadonlyMap<string, Markup>;
}

/** The first page: what this is, what came out, where to read it. */
export function contentsBody({
  sources,
  pageOf,
  opening,
  introduction,
  learned,
  specifications,
  explorer,
}: ContentsOptions): Markup {
  const judged = sources.filter(isJudged);
  const others = sources.filter(({ hypothesis }) => !hypothesis);
  return html`<header class="title"><h1>Implicit filter sparsity</h1><p class="lead">Why filters of ordinary convolutional networks die in training: an executable paper</p></header>
${opening}
${judged.length > 0 && answersList(judged, { pageOf, specifications })}
<h2 id="about">What this is</h2>
${introduction}
${others.length > 0 && html`<ul class="notebooks">${others.map(({ stem, kind, title }) => html`<li>${kind && html`<span class="kind">${kind}</span>`}<a href="${pageOf(stem)!}">${title}</a></li>`)}</ul>`}
${explorer && html`<p><a href="explorer.html">Explorer</a>: every run and every filter on record, along the axes and in the colors that you choose.</p>`}
<p><a href="appendix.html">Appendix</a>: protocol, environment, glossary, how to cite, corrections, all data, and the lists of figures and tables.</p>
${learned && html`<h2 id="what-we-learned">What we learned</h2>${learned}`}`;
}

/** A figure of another page, where there are no two runs to show. */
export function borrowedFigure({
  figure: { head, picture, caption, title },
  narrow,
  page,
}: {
  figure: ArticleFigure;
  narrow?: NarrowPicture;
  page: { href: string; title: string };
}): Markup {
  return html`<figure class="figure borrowed">${head}
<div class="figure-frame" tabindex="0" role="group" aria-label="${title}"><picture>${narrow && html`<source media="(max-width: 43rem)" srcset="${narrow.src}" width="${narrow.width}" height="${narrow.height}">`}<img src="${picture.src}" width="${picture.width}" height="${picture.height}" alt="${picture.alt}"></picture></div>
<figcaption>${caption} From <a href="${page.href}">${page.title}</a>, where it can be pointed at.</figcaption></figure>`;
}

function answersList(
  sources: readonly Judged[],
  { pageOf, specifications }: Pick<ContentsOptions, "pageOf" | "specifications">,
): Markup {
  const counts = answers.map((kind) => {
    const count = sources.filter(({ verdict }) => verdict.verdict === kind).length;
    return html`<li>${verdictBadge({ verdict: kind })} ${count}</li>`;
  });
  const groups = parts.map(({ title, holds }) => {
    const own = sources.filter(({ hypothesis }) => holds(hypothesis.source));
    return (
      own.length > 0 &&
      html`<h3>${title}</h3>
<ul class="answers">${own.map((source) => answerItem(source, pageOf(source.stem)!, specifications.get(source.hypothesis.id)))}</ul>`
    );
  });
  return html`<h2 id="verdicts">What came out</h2>
<ul class="counts">${counts}</ul>
<p class="legend">A verdict is on the claim in grey. Dot: the measured effect; line: its 95 % interval over pairs of seeds. Right of 0 is the claim's side; what is shaded is too small to matter. Each has its own scale. Small dots: the same question asked in every other way that runs on record allow.</p>
${groups}`;
}

function answerItem(source: Judged, href: string, specification: Markup | undefined): Markup {
  const { hypothesis, verdict, title } = source;
  const { effect, interval } = effectWords(verdict);
  const further = furtherVerdicts(source, href);
  return html`<li class="answer"><div class="answer-words"><p class="answer-title"><span class="id">${hypothesis.id.toUpperCase().replace(/^H0/, "H")}</span> <a href="${href}">${title}</a></p>
<p class="answer-sentence">${answerOf(source)}</p>
<p class="answer-claim">Claim (${claimants[hypothesis.source]}): ${hypothesis.claim}</p>
${further && html`<ul class="further">${further}</ul>`}</div>
<div class="answer-verdict"><a class="to-verdict" href="${href}${fragmentOf(source, verdict)}">${verdictBadge(verdict)}</a>${intervalBar(verdict)}<span class="effect">${effect}${interval && html`<br>${interval}`}</span><span class="basis">${[scopeWords(verdict), ...largerScaleWords(source)].join("; ")}</span>${specification}</div></li>
`;
}
