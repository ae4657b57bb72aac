import { answerTo, type ClaimSource } from "../hypotheses/claim.js";
import { plainAnswer } from "../hypotheses/index.js";
import type { Verdict } from "../hypotheses/verdict.js";
import type { Scale } from "../study/arm.js";
import { html, type Markup } from "./html.js";
import type { NotebookSource } from "./notebook-source.js";
import { effectWords, verdictBadge } from "./verdict-view.js";

/** Whose a claim is. */
export const claimants: Record<ClaimSource, string> = {
  abstract: "the paper's abstract",
  notes: "reading notes on the paper",
  own: "our own",
};

/** What runs of a scale can tell at most. */
const scopes: Record<Scale, string> = {
  smoke: "a test of the program",
  quick: "synthetic images",
  lite: "toy scale",
  reduced: "reduced scale",
  paper: "the paper's scale",
};

/** "3 pairs of seeds, toy scale" */
export const scopeWords = ({ seeds, scale }: Pick<Verdict, "seeds" | "scale">): string =>
  `${seeds} ${seeds === 1 ? "pair" : "pairs"} of seeds, ${scopes[scale]}`;

/** Each verdict once, where a page shows one in several places: the first. */
const shownOnce = (verdicts: readonly Verdict[]): Verdict[] => {
  const names = verdicts.map(({ id, part, scale, dataset, effect }) =>
    JSON.stringify([id, part, scale, dataset, effect]),
  );
  return verdicts.filter((_, index) => names.indexOf(names[index]!) === index);
};

/** "at reduced scale: supported" of each larger scale at which the page has the same verdict too. */
export const largerScaleWords = ({ verdict, verdicts }: Pick<Judged, "verdict" | "verdicts">): string[] =>
  shownOnce(verdicts)
    .filter(({ id, part, scale }) => id === verdict.id && part === verdict.part && scale !== verdict.scale)
    .map(({ scale, verdict: answer }) => `at ${scopes[scale]}: ${answer}`);

/** A notebook that tests a hypothesis. */
export type Judged = NotebookSource & Required<Pick<NotebookSource, "hypothesis" | "verdict">>;

export const isJudged = (source: NotebookSource): source is Judged =>
  source.hypothesis !== undefined && source.verdict !== undefined;

export const answerOf = ({ hypothesis, verdict }: Judged): string => plainAnswer(hypothesis, verdict);

/** Where a page shows a verdict: "#verdict-1". */
export const fragmentOf = ({ verdicts }: NotebookSource, verdict: Verdict): string =>
  `#verdict-${verdicts.indexOf(verdict) + 1}`;

/** The verdicts of a page besides the one on its claim, in words that lead to them; undefined where there is none. */
export function furtherVerdicts(source: Judged, page = ""): Markup | undefined {
  const others = shownOnce(source.verdicts).filter((one) => one !== source.verdict);
  const further = [...others.filter(({ part }) => part), ...others.filter(({ part }) => !part)];
  if (further.length === 0) return undefined;
  return html`${further.map(
    (one) =>
      html`<li><a class="to-verdict" href="${page}${fragmentOf(source, one)}">${verdictBadge(one)} ${nameOf(one, source.verdict)}</a></li>`,
  )}`;
}

/** What a further verdict is on: "warm-up" of "h18, warm-up", or a part of the claim by its name, with its scale where that is another. */
const nameOf = (one: Verdict, main: Verdict): string =>
  one.scale === main.scale ? subjectOf(one, main) : `at ${scopes[one.scale]}: ${subjectOf(one, main)}`;

const subjectOf = ({ id, part, claim }: Verdict, main: Verdict): string => {
  if (part !== undefined) return `${part} (part of the claim)`;
  return id.startsWith(`${main.id}, `) ? id.slice(main.id.length + 2) : claim;
};

/** A page in one paragraph: question, answer, verdict on the claim with its numbers, the claim's further parts, what else was compared, and scope. */
export function inOneParagraph(source: Judged): Markup {
  const { hypothesis, verdict } = source;
  const { effect, interval } = effectWords(verdict);
  const further = furtherVerdicts(source);
  return html`<section class="paragraph" aria-labelledby="in-one-paragraph"><h2 id="in-one-paragraph">In one paragraph</h2>
<p>${hypothesis.question} <strong>${answerOf(source)}</strong> The claim (${claimants[verdict.source]}) is: ${verdict.claim} Here that is <em>${answerTo(verdict.source, verdict.verdict)}</em>: ${effect}${interval && `, ${interval}`}, on ${[scopeWords(verdict), ...largerScaleWords(source)].join("; ")}.</p>
${further && html`<p class="further-head">Further parts of the claim, and what was compared besides:</p><ul class="further">${further}</ul>`}</section>`;
}
