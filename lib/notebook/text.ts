import { show } from "./display.js";

/** Shows a sentence with computed numbers in it, as Markdown. */
export function showText(markdown: string): void {
  show({ "text/markdown": markdown, "text/plain": markdown });
}
