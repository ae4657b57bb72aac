import Anser from "anser";
import { escapeHtml, html, type Markup, raw } from "./html.js";

/**
 * Text of a terminal as HTML, as JupyterLab draws it: the 16 colors as classes, which the page has for either theme, bold
 * and the like as classes too; a carriage return goes back to the line's beginning, so that of a progress bar its last
 * state is left. Other control codes draw nothing.
 */
export function terminalText(text: string): Markup {
  const spans = Anser.ansiToJson(withoutMovement(text), { use_classes: true, remove_empty: true });
  return html`${spans.map(({ content, fg, bg, decorations }) => {
    const plain = escapeHtml(content.replace(/[^\P{Cc}\n\t]/gu, ""));
    const classes = [
      isNamed(fg) && `${fg}-fg`,
      isNamed(bg) && `${bg}-bg`,
      ...decorations.map((name) => `ansi-${name}`),
    ].filter((name) => typeof name === "string");
    return classes.length === 0 ? raw(plain) : html`<span class="${classes.join(" ")}">${raw(plain)}</span>`;
  })}`;
}

/** Of the palette of 256 and of free colors nobody knows how they read in a dark page. */
const isNamed = (color: string | undefined): boolean =>
  /^ansi-(bright-)?[a-z]+$/.test(color ?? "") && color !== "ansi-truecolor";

const [control, bell] = ["\u001b", "\u0007"];

/** Cursor movements and titles, all but colors (which end in "m"). */
const movement = new RegExp(
  `${control}(?:\\[[\\d;?]*[A-Za-ln-z]|\\][^${bell}${control}]*(?:${bell}|${control}\\\\))`,
  "g",
);

const withoutMovement = (text: string): string =>
  text
    .replace(movement, "")
    .replace(/\r\n/g, "\n")
    .split("\n")
    .map((line) => line.split("\r").reduce(written, ""))
    .join("\n");

/** A line written over from its beginning; what is longer of the earlier one stays. */
const written = (before: string, after: string): string =>
  before.includes(control) || after.includes(control) ? after || before : after + before.slice(after.length);
