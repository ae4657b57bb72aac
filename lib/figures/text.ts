import { plainText } from "./plain-text.js";

/** Widths of Arial's characters, thousandths of the font's size; those not listed take 556. */
const widths = new Map(
  Object.entries({
    222: "ijl",
    278: " ft.,:;/\\!I|[]",
    333: "r-()`",
    389: "*⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻",
    500: "cksvxyzJγλ",
    584: "=<>+×−±≥≤",
    611: "FTZ",
    667: "ABEKPSVXY&",
    722: "wCDHNRU",
    778: "GOQ",
    833: "mM",
    889: "%",
    944: "W",
    1000: "—…",
  }).flatMap(([width, characters]) => [...characters].map((one) => [one, Number(width)] as const)),
);
const usualWidth = 556;

/** Faces that stand in for Arial where there is none are wider. */
const spare = 1.13;

/** Pixels of the themes' text: the larger of the two. */
const fontSize = 14;

/** Lines of a text in Plotly's markup. */
export const linesOf = (text: string): string[] => text.split(/<br>/);

/** Pixels that a text in Plotly's markup is wide in Arial: its longest line's. */
export function textWidth(text: string, size = fontSize): number {
  const lineWidth = (line: string) =>
    [...plainText(line)].reduce((sum, one) => sum + (widths.get(one) ?? usualWidth), 0);
  const bold = /<b>/.test(text) ? 1.08 : 1;
  return (Math.max(0, ...linesOf(text).map(lineWidth)) * bold * spare * size) / 1000;
}

/** A text in Plotly's markup, broken at spaces between words so that no line is wider than so many pixels. */
export const wrapText = (text: string, width: number, size = fontSize): string =>
  linesOf(text)
    .flatMap((line) => wrapped(line, width, size))
    .join("<br>");

function wrapped(text: string, width: number, size: number): string[] {
  const lines: string[] = [];
  // "SGD+momentum" may be broken where it has no room.
  const parts = (word: string) => (textWidth(word, size) > width ? word.split(/(?<=\+)/) : [word]);
  for (const word of text.split(/ (?![^<]*>)/).flatMap(parts)) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && textWidth(longer, size) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
