import katex, { type KatexOptions } from "katex";

/** A formula of a Markdown text. */
export interface Formula {
  /** As it stands there, delimiters and all. */
  source: string;
  /** What is to be drawn. */
  tex: string;
  display: boolean;
}

/** What begins, ends or may part a formula: dollars, environments, braces, escapes, empty lines. */
const parts = /(\$\$?|\\(?:begin|end)\{[a-z]*\*?\}|\\[{}$]|[{}]|(?:\n[^\S\n]*){2,}|\\\\[()[\]])/i;

/** Code spans and fences; a dollar in them is a dollar. */
const code = /^(`{3,}|~{3,})[^`\n]*\n[\s\S]*?^\1[`~]*[^\S\n]*$|(?<![\\`])(`+)(?!`)[^\n]*?[^`\n]\2(?!`)/gm;

/** Stands for a dollar in code while formulas are looked for; no text has it. */
const dollarInCode = "\uF8FF";

/**
 * Takes the formulas out of a Markdown text before it is parsed, by the rules of JupyterLab's `removeMath`: what stands
 * between single or double dollars or in an environment of its own, spaces, bars and underscores included, but never
 * across an empty line or with unbalanced braces. `replace` says what takes a formula's place.
 */
export function replaceMath(text: string, replace: (formula: Formula) => string): string {
  const pieces = text
    .replace(code, (found) => found.replaceAll("$", dollarInCode))
    .replaceAll(/\r\n?/g, "\n")
    .split(parts);
  let out = "";
  let start = -1;
  let end = "";
  let braces = 0;
  /** An end that stood within braces: it is taken where no better one comes. */
  let last = -1;
  const finish = (index: number) => {
    const source = pieces.slice(start, index + 1).join("");
    out += replace(formulaOf(source));
    start = -1;
  };
  for (let index = 0; index < pieces.length; index++) {
    const piece = pieces[index]!;
    if (start < 0) {
      const environment = /^\\begin(\{.+\})$/.exec(piece)?.[1];
      if (index % 2 === 0 || !(/^\$/.test(piece) || environment || /^\\\\[([]$/.test(piece))) {
        out += piece;
        continue;
      }
      [start, last, braces] = [index, -1, 0];
      end = environment ? `\\end${environment}` : (closing[piece] ?? piece);
    } else if (index % 2 === 1) {
      if (piece === end && braces === 0) finish(index);
      else if (piece === end) last = index;
      else if (piece.startsWith("\n")) index = giveUp();
      else if (piece === "{") braces++;
      else if (piece === "}" && braces > 0) braces--;
    }
    if (index === pieces.length - 1 && start >= 0) index = giveUp();
  }
  return out.replaceAll(dollarInCode, "$");

  /** No end was found: the formula ends where it might have, or there is none. Goes on from the index returned. */
  function giveUp(): number {
    const from = last >= 0 ? last : start;
    if (last >= 0) finish(last);
    else out += pieces[start]!;
    start = -1;
    return from;
  }
}

const closing: Record<string, string> = { "\\\\(": "\\\\)", "\\\\[": "\\\\]" };

function formulaOf(source: string): Formula {
  const restored = source.replaceAll(dollarInCode, "$");
  if (restored.startsWith("\\begin")) return { source: restored, tex: restored, display: true };
  const width = restored.startsWith("$$") ? 2 : restored.startsWith("\\\\") ? 3 : 1;
  const tex = restored.slice(width, -width).trim();
  return {
    source: restored,
    tex,
    // TeX has these in a line of their own, whatever stands around them.
    display:
      width === 2 ||
      restored.startsWith("\\\\[") ||
      /^\\begin\{(align|equation|gather|eqnarray|multline)/.test(tex),
  };
}

/** Environments that KaTeX lacks or would number, as JupyterLab does not, and what draws the same. */
const standIns: Record<string, [begin: string, end: string]> = {
  eqnarray: ["\\begin{array}{rcl}", "\\end{array}"],
  multline: ["\\begin{gather*}", "\\end{gather*}"],
  flalign: ["\\begin{align*}", "\\end{align*}"],
  equation: ["\\begin{equation*}", "\\end{equation*}"],
  align: ["\\begin{align*}", "\\end{align*}"],
  alignat: ["\\begin{alignat*}", "\\end{alignat*}"],
  gather: ["\\begin{gather*}", "\\end{gather*}"],
};

/** Commands that draw nothing. */
export const silentCommands: Record<string, string> = {
  "\\label": "\\@secondoftwo{#1}{}",
  "\\require": "\\@secondoftwo{#1}{}",
};

/**
 * Draws a formula as HTML. `macros` are the page's: a `\newcommand` holds for the formulas after it, as it does in
 * JupyterLab. Throws where KaTeX cannot draw it.
 */
export function drawFormula(
  { tex, display }: Pick<Formula, "tex" | "display">,
  { macros, output = "htmlAndMathml" }: Pick<KatexOptions, "macros" | "output">,
): string {
  const known = tex
    .replace(
      /\\(begin|end)\{([a-z]+)\*?\}/g,
      (whole, edge: "begin" | "end", name: string) => standIns[name]?.[edge === "begin" ? 0 : 1] ?? whole,
    )
    .replace(/\\DeclareMathOperator\*?\s*(\{\\\w+\})\s*\{([^{}]*)\}/g, "\\newcommand$1{\\operatorname{$2}}")
    // KaTeX has names of its own that a page may define anew, `\\R` among them.
    .replace(/\\newcommand\*?\s*(\{\\\w+\}|\\\w+)/g, "\\providecommand$1{}\\renewcommand$1");
  let refused: string | undefined;
  const drawn = katex.renderToString(known, {
    displayMode: display,
    ...{ macros, globalGroup: true, output, throwOnError: true, strict: "ignore" },
    // A formula may not be larger than a page, nor run for ever.
    ...{ maxSize: 50, maxExpand: 1000 },
    trust: ({ command }) => {
      refused = command;
      return false;
    },
  });
  if (refused !== undefined) throw new Error(`${refused} is not drawn here`);
  return drawn;
}

/** A formula as it is read out: its symbols alone. */
export const wordsOfFormula = (formula: Formula, macros: KatexOptions["macros"]): string =>
  drawFormula(formula, { macros, output: "mathml" }).replace(/<annotation.*?<\/annotation>|<[^>]+>/gs, "");
