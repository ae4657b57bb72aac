import { highlightHTML } from "@speed-highlight/core";
import { escapeHtml, type Markup, raw } from "./html.js";

const languages: Record<string, string> = {
  ts: "ts",
  typescript: "ts",
  js: "js",
  json: "json",
  sh: "bash",
  bash: "bash",
  bibtex: "plain",
};

/** Source code with its syntax marked; as it is where the language is not known. */
export async function highlighted(source: string, language: string): Promise<Markup> {
  const known = languages[language.toLowerCase()];
  const text = source.replace(/\n+$/, "");
  if (known === undefined || known === "plain") return raw(escapeHtml(text));
  return raw(await highlightHTML(text, known, { block: false }));
}
