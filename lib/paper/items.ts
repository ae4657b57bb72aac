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
import { figureSchema } from "./notebook-schema.js";
import { originOf, verdictOf } from "./notebook-source.js";
import type { Attachments } from "./pictures.js";

/** What a page consists of, in order. */
export type Item =
  | { kind: "prose"; where: string; text: string; attachments?: Attachments }
  | { kind: "code"; cell: number; source: string }
  | FigureItem
  | TableItem
  | { kind: "verdict"; verdict: Verdict }
  | { kind: "sentence"; where: string; text: string }
  | { kind: "html"; where: string; text: string }
  | { kind: "picture"; where: string; bytes: Buffer; alt: string }
  | { kind: "plain"; text: string }
  /** What a page does not draw. */
  | { kind: "undrawn"; where: string; problem: string };

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

export const plotlyMimeType = "application/vnd.plotly.v1+json";

interface Counts {
  figure: number;
  table: number;
}

/** Splits an executed notebook into what a page shows, figures and tables numbered in the order they come in. */
export function itemsOf(notebook: NotebookFile): Item[] {
  const numbers = new Map(codeCells(notebook).map(({ cell, number }) => [cell, number]));
  const count: Counts = { figure: 0, table: 0 };
  let texts = 0;
  return notebook.cells.flatMap((cell): Item[] => {
    if (cell.cell_type === "markdown") {
      const { attachments } = cell as { attachments?: Attachments };
      const text = sourceOf(cell).replaceAll(/\r\n?/g, "\n");
      return [
        { kind: "prose", where: `Markdown cell ${++texts}`, text, ...(attachments && { attachments }) },
      ];
    }
    const number = numbers.get(cell);
    if (number === undefined) return [];
    return [{ kind: "code", cell: number, source: sourceOf(cell) }, ...outputItems(cell, number, count)];
  });
}

function outputItems({ outputs = [] }: NotebookCell, cell: number, count: Counts): Item[] {
  const items: Item[] = [];
  for (let index = 0; index < outputs.length; index++) {
    const output = outputs[index]!;
    const figure = figureSchema.safeParse(output.data?.[plotlyMimeType]).data as PlotlyFigure | undefined;
    const table = tableOf(output);
    if (figure) {
      const caption = captionOf(output, outputs[index + 1]);
      // The caption is an output of its own.
      if (caption !== undefined) index++;
      items.push(figureItem(output, { cell, figure, number: ++count.figure, caption: caption ?? "" }));
    } else if (table) items.push({ kind: "table", cell, number: ++count.table, table });
    else items.push(...otherItems(output, `cell ${cell}`));
  }
  return items;
}

function tableOf({ data }: NotebookOutput): Table | undefined {
  if (data?.[tableMimeType] === undefined) return undefined;
  const table = tableFromJson(data[tableMimeType]);
  return table.columns.length > 0 ? table : undefined;
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

/** Types that hold what another output of the same cell shows, or that tell programs something. */
const silentTypes = /^(text\/plain|application\/vnd\.(filter-sparsity|code\.notebook)\..*)$/;

/** The richest form of an output that a page draws, and what it does not draw. */
function otherItems(output: NotebookOutput, where: string): Item[] {
  const verdict = verdictOf(output);
  if (verdict) return [{ kind: "verdict", verdict }];
  const data = output.data ?? {};
  const [page, markdown, latex, plain] = ["text/html", "text/markdown", "text/latex", "text/plain"].map(
    (type) => textOf(data[type]) || undefined,
  );
  if (page !== undefined) return [{ kind: "html", where, text: page }];
  const text = markdown ?? latex;
  if (text !== undefined) return [{ kind: "sentence", where, text }];
  const drawing = textOf(data["image/svg+xml"]);
  if (drawing) return [{ kind: "picture", where, bytes: Buffer.from(drawing), alt: plain ?? "Drawing" }];
  for (const type of ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"]) {
    const encoded = textOf(data[type]);
    if (encoded)
      return [{ kind: "picture", where, bytes: Buffer.from(encoded, "base64"), alt: plain ?? "Picture" }];
  }
  const undrawn = Object.keys(data).filter((type) => !silentTypes.test(type));
  const items: Item[] = undrawn.map((type) => ({
    ...{ kind: "undrawn", where },
    problem: `an output of type ${type} is not drawn${plain === undefined ? "" : "; its plain text stands there"}`,
  }));
  const words = plain ?? textOf(output.text);
  return words ? [...items, { kind: "plain", text: words }] : items;
}

function textOf(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.filter((line) => typeof line === "string").join("");
  return typeof value === "string" ? value : undefined;
}
