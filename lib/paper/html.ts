/** Text that is HTML already. */
export class Markup {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

type Part = Markup | string | number | undefined | false | readonly Part[];

/** Marks a string as HTML: only what a renderer made. */
export const raw = (text: string): Markup => new Markup(text);

const symbols: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => symbols[character]!);

/** A template whose parts are escaped unless they are `Markup`; lists are joined, undefined and false leave nothing. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Markup {
  return raw(strings.reduce((text, string, index) => text + textOf(parts[index - 1]) + string));
}

function textOf(part: Part): string {
  if (part === undefined || part === false) return "";
  if (part instanceof Markup) return part.text;
  if (Array.isArray(part)) return part.map(textOf).join("");
  return escapeHtml(String(part));
}

/** A heading as the fragment of its address: "More penalty, more dead" is "more-penalty-more-dead". */
export const slug = (text: string): string =>
  text
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[^a-z0-9\s-]/g, "")
    .trim()
    .replace(/[\s-]+/g, "-") || "section";

/** Keeps a number together with its unit or its uncertainty: "95 %", "18.1 ± 6.6". */
export const withFixedSpaces = (text: string): string =>
  text.replace(/(\d) (?=%|±)/g, "$1\u00a0").replace(/± (?=\d)/g, "±\u00a0");

/** A text of a Plotly figure with the parts of its markup that HTML has too. */
export const plotlyMarkup = (text: string): Markup =>
  raw(escapeHtml(text).replace(/&lt;(\/?(?:sup|sub|b|i|em|s|u))&gt;/gi, "<$1>"));
