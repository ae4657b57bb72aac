import { table as drawTable, getBorderCharacters } from "table";
import { UsageError } from "../errors.js";
import { asText } from "../spreadsheet.js";
import { formatColumn } from "./format.js";
import { type Cell, type Column, heading, isEstimate, type Table } from "./table.js";

export type TableFormat = "text" | "markdown" | "html" | "csv" | "latex";

export const tableFormats: readonly TableFormat[] = ["text", "markdown", "html", "csv", "latex"];

/**
 * A table as a string. "text": a terminal's fixed-width font, best values starred; "markdown", "html" (escaped, static)
 * and "latex" (booktabs, a float with caption and label): best values bold; "csv": plain numbers, an estimate as two columns. Throws `UsageError` on
 * another format or on rows that are not as wide as the columns.
 */
export function renderTable(table: Table, format: TableFormat): string {
  const ragged = table.rows.findIndex((row) => row.length !== table.columns.length);
  if (ragged >= 0) {
    throw new UsageError(
      `Row ${ragged} of the table has ${table.rows[ragged]!.length} cells. Expected one for each of ${table.columns.length} columns.`,
    );
  }
  const render = renderers[format];
  if (!render)
    throw new UsageError(`Table format "${format}" is unknown. Expected one of ${tableFormats.join(", ")}.`);
  return render(table);
}

const renderers: Record<TableFormat, (table: Table) => string> = {
  text: renderText,
  markdown: renderMarkdown,
  html: renderHtml,
  csv: renderCsv,
  latex: renderLatex,
};

interface FormatOptions {
  mark?: (text: string) => string;
  protect?: (text: string) => string;
  padding?: string;
}

/** Heads, alignments and cells with best values marked by `mark`; cells and heads passed through `protect`. */
function formatted(
  table: Table,
  { mark = (text: string) => text, protect = (text: string) => text, padding }: FormatOptions,
) {
  const columns = table.columns.map((_, index) => formatColumn(table, index, padding ? { padding } : {}));
  return {
    heads: table.columns.map((column) => protect(heading(column))),
    aligns: columns.map(({ align }) => align),
    rows: table.rows.map((_, row) =>
      columns.map(({ cells, best }) => {
        const text = protect(cells[row]!);
        return best[row] ? mark(text) : text;
      }),
    ),
  };
}

function renderText(table: Table): string {
  const columns = table.columns.map((_, index) => {
    const column = formatColumn(table, index, { padding: " " });
    return { ...column, starred: column.best.some(Boolean) };
  });
  const rows = table.rows.map((_, row) =>
    columns.map(({ cells, best, starred }) => {
      const star = starred ? (best[row] ? " *" : "  ") : "";
      return cells[row]! + star;
    }),
  );
  const heads = table.columns.map(heading);
  const aligns = columns.map(({ align }) => align);
  const drawn =
    rows.length > manyRows && table.columns.every(({ width }) => width === undefined)
      ? drawMany([heads, ...rows], aligns)
      : drawTable([heads, ...rows], {
          border: { ...getBorderCharacters("void"), joinBody: "─", joinJoin: "──" },
          columnDefault: { paddingLeft: 0, paddingRight: 2 },
          columns: aligns.map((alignment, index) => {
            const { width } = table.columns[index]!;
            return { alignment, ...(width !== undefined && { width: width + 2, wrapWord: true }) };
          }),
          drawVerticalLine: () => false,
          drawHorizontalLine: (index) => index === 1,
        });
  const lines = drawn.split("\n").map((line) => line.trimEnd());
  const text = lines.join("\n").trimEnd();
  return [table.title, text, table.note].filter((part) => part !== undefined).join("\n");
}

/** The library takes a millisecond for each row. */
const manyRows = 500;

/** The same picture of rows that nothing wraps, at once. */
function drawMany(rows: string[][], aligns: ("left" | "right")[]): string {
  const widths = aligns.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        aligns[column] === "right" ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join("  "),
  );
  lines.splice(1, 0, widths.map((width) => "─".repeat(width + 2)).join(""));
  return lines.join("\n");
}

function renderMarkdown(table: Table): string {
  const protect = (text: string) => text.replace(/([\\|*_<>`])/g, "\\$1");
  const { heads, aligns, rows } = formatted(table, { mark: (text) => `**${text}**`, protect });
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  const body = [
    line(heads),
    line(aligns.map((align) => (align === "right" ? "---:" : "---"))),
    ...rows.map(line),
  ];
  const title = table.title === undefined ? [] : [`**${protect(table.title)}**`, ""];
  const note = table.note === undefined ? [] : ["", protect(table.note)];
  return [...title, ...body, ...note].join("\n");
}

/** As wide as a digit, and kept by HTML where several stand side by side. */
const figureSpace = "\u2007";

/** "1e-2": a number that a narrow column would break at its hyphen. */
const isPower = (text: string): boolean => /^[\d.]+e-\d+$/.test(text);

function renderHtml(table: Table): string {
  const protect = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
  const mark = (text: string) => `<strong>${text}</strong>`;
  const { heads, aligns, rows } = formatted(table, { mark, protect, padding: figureSpace });
  const cell = (tag: string, text: string, column: number) =>
    `<${tag} style="text-align:${aligns[column]}${isPower(text) ? ";white-space:nowrap" : ""}">${text}</${tag.split(" ")[0]}>`;
  const head = heads.map((text, column) => cell('th scope="col"', text, column)).join("");
  // An estimate stays on one line.
  const unbroken = (text: string, column: number) =>
    aligns[column] === "right" ? text.replaceAll(" ", "\u00A0") : text;
  const body = rows.map(
    (row) => `<tr>${row.map((text, column) => cell("td", unbroken(text, column), column)).join("")}</tr>`,
  );
  const caption = table.title === undefined ? "" : `<caption>${protect(table.title)}</caption>`;
  const note = table.note === undefined ? "" : `<p><small>${protect(table.note)}</small></p>`;
  return `<table style="font-variant-numeric:tabular-nums">${caption}<thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table>${note}`;
}

function renderCsv(table: Table): string {
  const quote = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
  const isEstimated = table.columns.map((_, index) => table.rows.some((row) => isEstimate(row[index]!)));
  const heads = table.columns.flatMap((column: Column, index) => {
    const text = asText(heading(column));
    return isEstimated[index] ? [text, `${text} half-width`] : [text];
  });
  const plain = (value: number) => (Number.isFinite(value) ? String(value) : "");
  const fields = (cell: Cell, index: number): string[] => {
    if (isEstimate(cell)) return [plain(cell.mean), plain(cell.halfWidth)];
    const text = cell === null ? "" : typeof cell === "number" ? plain(cell) : asText(cell);
    return isEstimated[index] ? [text, ""] : [text];
  };
  const lines = [heads, ...table.rows.map((row) => row.flatMap(fields))];
  return lines.map((line) => line.map(quote).join(",")).join("\n");
}

const latexSymbols: Record<string, string> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  λ: "$\\lambda$",
  γ: "$\\gamma$",
  β: "$\\beta$",
  ρ: "$\\rho$",
  "→": "$\\to$",
  "·": "$\\cdot$",
  "≈": "$\\approx$",
  "…": "\\dots{}",
  "\u00A0": "~",
  "±": "$\\pm$",
  "×": "$\\times$",
  "−": "$-$",
  "∞": "$\\infty$",
  "≥": "$\\geq$",
  "≤": "$\\leq$",
  "<": "$<$",
  ">": "$>$",
  "|": "$|$",
  "–": "--",
};

function renderLatex(table: Table): string {
  const symbols = (text: string) =>
    text
      .replace(/[&%$#_{}]|[^\x20-\x7E\u2007]|[\\~^<>|]/g, (symbol) => latexSymbols[symbol] ?? escaped(symbol))
      // Padding as wide as the digits that it stands for.
      .replace(/\u2007+/g, (spaces) => `\\phantom{${"0".repeat(spaces.length)}}`);
  const protect = (text: string) =>
    text
      .split(/((?<![\w.])\d+(?:\.\d+)?e-?\d+(?!\w))/)
      .map((part, index) => (index % 2 === 1 ? power(part) : symbols(part)))
      .join("");
  const mark = (text: string) => `\\textbf{${text}}`;
  const { heads, aligns, rows } = formatted(table, { mark, protect, padding: figureSpace });
  const line = (cells: string[]) => `${cells.join(" & ")} \\\\`;
  const { title, note } = table;
  const caption = [title && `${protect(title)}.`, note && protect(note)].filter(Boolean).join(" ");
  return [
    "% Needs \\usepackage{booktabs}.",
    "\\begin{table}[t]",
    "\\centering",
    ...(caption ? [`\\caption{${caption}}`] : []),
    ...(title ? [`\\label{tab:${labelOf(title)}}`] : []),
    `\\begin{tabular}{${aligns.map((align) => align[0]).join("")}}`,
    "\\toprule",
    line(heads),
    "\\midrule",
    ...rows.map(line),
    "\\bottomrule",
    "\\end{tabular}",
    "\\end{table}",
  ].join("\n");
}

/** "3e-4" as it is written by hand. */
function power(text: string): string {
  const [digits, exponent] = text.split("e") as [string, string];
  return digits === "1" ? `$10^{${exponent}}$` : `$${digits} \\times 10^{${exponent}}$`;
}

const labelOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");

/** Letters of other alphabets are UTF-8, which LaTeX reads as it is. */
const escaped = (symbol: string): string => (/[&%$#_{}]/.test(symbol) ? `\\${symbol}` : symbol);
