import type { Answer } from "../hypotheses/answer.js";
import { answerTo } from "../hypotheses/claim.js";
import { factorOf } from "../hypotheses/plain-answer.js";
import type { Verdict } from "../hypotheses/verdict.js";
import { verdictNumbers, verdictText } from "../hypotheses/verdict-text.js";
import { html, type Markup, raw, withFixedSpaces } from "./html.js";

const marks: Record<Answer, string> = {
  supported: "✓",
  contradicted: "✗",
  "no difference that matters": "=",
  undecided: "?",
};

/** A verdict as the end of a class name: "no-difference-that-matters". */
const slug = (answer: Answer): string => answer.replaceAll(" ", "-");

/** A verdict in one word, and with whose claim it answers where that is not the paper's abstract, to be told apart by sign and outline too, not only by color. */
export const verdictBadge = ({
  verdict,
  source,
}: Pick<Verdict, "verdict"> & Partial<Pick<Verdict, "source">>): Markup =>
  html`<span class="badge badge-${slug(verdict)}"><span aria-hidden="true">${marks[verdict]}</span> ${source === undefined ? verdict : answerTo(source, verdict)}</span>`;

/** The effect with its interval, in words: "+70.0 percentage points" and "95 % interval +67.9 to +72.0". */
export function effectWords(verdict: Verdict): { effect: string; interval: string } {
  if (!Number.isFinite(verdict.effect)) return { effect: "nothing to compare yet", interval: "" };
  const { effect, interval } = verdictNumbers(verdict);
  const range = interval === undefined ? "no interval from one seed" : `95 % interval ${interval}`;
  const factor = factorOf(verdict);
  return {
    effect: `${effect} ${verdict.unit}${factor ? ` (${factor})` : ""}`,
    interval: withFixedSpaces(range),
  };
}

const width = 200;
const height = 34;
const margin = 8;

/**
 * The effect as a dot on its 95 % interval, zero as a line, and shaded what is too small to matter; what the claim
 * says lies to the right. Its scale is its own: effects have different units.
 */
export function intervalBar(verdict: Verdict): Markup {
  const { effect, interval, smallestEffect } = verdict;
  const words = effectWords(verdict);
  if (!Number.isFinite(effect)) return html`<span class="no-interval">${words.effect}</span>`;
  const isKnown = interval.every(Number.isFinite);
  const [low, high] = isKnown ? interval : [effect, effect];
  const shaded = Math.abs(smallestEffect);
  const values = [low, high, effect, 0, shaded, -shaded];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const span = most - least || 1;
  const x = (value: number) => Number((margin + ((value - least) / span) * (width - 2 * margin)).toFixed(1));
  const middle = 13;
  const line = isKnown
    ? `<path class="bar-line" d="M${x(low)} ${middle}H${x(high)}M${x(low)} ${middle - 5}v10M${x(high)} ${middle - 5}v10"/>`
    : "";
  // Near the right end the zero would run out of the picture.
  const anchor = x(0) > width - 20 ? "end" : x(0) < 20 ? "start" : "middle";
  return html`<svg class="interval-bar bar-${slug(verdict.verdict)}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Effect ${words.effect}, ${words.interval}">
${raw(`<rect class="bar-small" x="${x(-shaded)}" y="3" width="${Math.max(0, x(shaded) - x(-shaded)).toFixed(1)}" height="20"/>`)}
${raw(`<path class="bar-zero" d="M${x(0)} 1v24"/><text class="bar-tick" x="${x(0)}" y="33" text-anchor="${anchor}">0</text>`)}
${raw(line)}${raw(`<circle class="bar-dot" cx="${x(effect)}" cy="${middle}" r="4.5"/>`)}
</svg>`;
}

/** A whole verdict; "verdict-1" is what a link to a page's first names. */
export function verdictBox(verdict: Verdict, number: number): Markup {
  const { claim, evidence, basis } = verdictText(verdict);
  return html`<section class="verdict verdict-${slug(verdict.verdict)}" id="verdict-${number}" aria-label="Verdict ${number}: ${verdict.claim}">
<p class="verdict-head">${verdictBadge(verdict)} ${intervalBar(verdict)} <a class="anchor" href="#verdict-${number}">link to this verdict</a></p>
<p>${claim}</p>
<p>${withFixedSpaces(evidence)}</p>
<p class="verdict-basis">${basis}.</p>
</section>`;
}

/** The verdict below a page's title; the whole of it stands further down. */
export function verdictLine(verdict: Verdict): Markup {
  const { effect, interval } = effectWords(verdict);
  return html`<p class="verdict-line">${verdictBadge(verdict)} ${intervalBar(verdict)} <span class="effect">${effect}${interval && `, ${interval}`}</span> <a href="#verdict-1">what it rests on</a></p>`;
}
