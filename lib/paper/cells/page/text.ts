import MarkdownIt from "markdown-it";
import { drawFormula, replaceMath, silentCommands } from "../../math.js";

const markdown = new MarkdownIt({ linkify: true, typographer: true });

/** Stand for a formula while Markdown is rendered: no text has them. */
const [before, after] = ["\uE000", "\uE001"];

/** Markdown with formulas as HTML; links to notebooks lead to their pages. */
export function renderText(text: string): string {
  const formulas: string[] = [];
  const held = replaceMath(text, (formula) => {
    formulas.push(drawn(formula));
    return `${before}${formulas.length - 1}${after}`;
  });
  return markdown
    .render(held)
    .replace(/(href="[^":]*)\.ipynb/g, "$1.html")
    .replace(new RegExp(`${before}(\\d+)${after}`, "g"), (_whole, index: string) => formulas[Number(index)]!);
}

function drawn(formula: { source: string; tex: string; display: boolean }): string {
  try {
    return drawFormula(formula, { macros: { ...silentCommands } });
  } catch {
    return markdown.utils.escapeHtml(formula.source);
  }
}
