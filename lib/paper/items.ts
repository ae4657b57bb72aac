import type { PlotlyFigure } from "../figures/figure.js";
import type { Verdict } from "../hypotheses/index.js";
import {
  codeCells,
  type NotebookCell,
  type NotebookFile,
  type NotebookOutput,
  sourceOf,
} from "../notebook/notebooks.js";
import type { FigureOrigin } from "../notebook/origin.js";
import { tableFromJson, tableMimeType } from "../tables/json.js";
import type { Table } from "../tables/table.js";
import { originOf, verdictOf } from "./notebook-source.js";

/** What a page consists of, in order. */
export type Item =
  | { kind: "prose"; text: string }
  | { kind: "code"; cell: number; source: string }
  | FigureItem
  | TableItem
  | { kind: "verdict"; verdict: Verdict }
  | { kind: "sentence"; text: string }
  | { kind: "html"; text: string }
  | { kind: "picture"; png: string; alt: string }
  | { kind: "plain"; text: string };

export interface FigureItem {
  kind: "figure";
  cell: number;
  /** In the page, from 1. */
  number: number;
  /** As the notebook's text calls it; absent where it has no number there. */
  ownNumber?: number;
  caption: string;
  figure: PlotlyFigure;
  origin?: FigureOrigin;
  /** The notebook's picture, base64. */
  stored?: string;
}

export interface TableItem {
  kind: "table";
  cell: number;
  number: number;
  table: Table;
}

const plotlyMimeType = "application/vnd.plotly.v1+json";

/** Splits an executed notebook into what a page shows, figures and tables numbered in the order they come in. */
export function itemsOf(notebook: NotebookFile): Item[] {
  const numbers = new Map(codeCells(notebook).map(({ cell, number }) => [cell, number]));
  const count = { figure: 0, table: 0 };
  return notebook.cells.flatMap((cell): Item[] => {
    if (cell.cell_type === "markdown") return [{ kind: "prose", text: sourceOf(cell) }];
    const number = numbers.get(cell);
    if (number === undefined) return [];
    return [{ kind: "code", cell: number, source: sourceOf(cell) }, ...outputItems(cell, number, count)];
  });
}

function outputItems(
  { outputs = [] }: NotebookCell,
  cell: number,
  count: { figure: number; table: number },
): Item[] {
  const items: Item[] = [];
  for (let index = 0; index < outputs.length; index++) {
    const output = outputs[index]!;
    const figure = output.data?.[plotlyMimeType] as PlotlyFigure | undefined;
    if (figure) {
      const caption = captionOf(output, outputs[index + 1]);
      // The caption is an output of its own.
      if (caption) index++;
      items.push(figureItem(output, { cell, figure, number: ++count.figure, caption: caption ?? "" }));
    } else if (output.data && tableMimeType in output.data) {
      const table = tableFromJson(output.data[tableMimeType]);
      items.push({ kind: "table", cell, number: ++count.table, table });
    } else {
      const item = otherItem(output);
      if (item) items.push(item);
    }
  }
  return items;
}

function figureItem(
  output: NotebookOutput,
  { caption, ...rest }: Pick<FigureItem, "cell" | "figure" | "number" | "caption">,
): FigureItem {
  const [, own, text] = /^\*\*Figure (\d+)\.\*\*\s*([\s\S]*)$/.exec(caption) ?? [];
  const origin = originOf(output);
  const stored = textOf(output.data?.["image/png"]);
  return {
    kind: "figure",
    ...rest,
    caption: text ?? caption,
    ...(own !== undefined && { ownNumber: Number(own) }),
    ...(origin && { origin }),
    ...(stored && { stored }),
  };
}

/** The Markdown below a figure that `showFigure` wrote as its caption: both have the same plain text. */
function captionOf(figure: NotebookOutput, next: NotebookOutput | undefined): string | undefined {
  const text = textOf(next?.data?.["text/markdown"]);
  const plain = textOf(figure.data?.["text/plain"]);
  const isCaption = plain?.startsWith(textOf(next?.data?.["text/plain"]) ?? "\0");
  return isCaption ? text : undefined;
}

function otherItem(output: NotebookOutput): Item | undefined {
  const verdict = verdictOf(output);
  if (verdict) return { kind: "verdict", verdict };
  const [markdown, page, png, plain] = ["text/markdown", "text/html", "image/png", "text/plain"].map((type) =>
    textOf(output.data?.[type]),
  );
  if (markdown) return { kind: "sentence", text: markdown };
  if (page) return { kind: "html", text: withoutScripts(page) };
  if (png) return { kind: "picture", png, alt: plain ?? "Picture" };
  const text = plain ?? textOf(output.text);
  return text ? { kind: "plain", text } : undefined;
}

/** Outputs in HTML come from the project's own cells; their scripts are for JupyterLab. */
const withoutScripts = (text: string): string => text.replace(/<script\b[\s\S]*?<\/script>/gi, "");

function textOf(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.join("");
  return typeof value === "string" ? value : undefined;
}
