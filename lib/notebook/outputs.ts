import type { NamedFigure, PlotlyFigure } from "../figures/figure.js";
import { tableFromJson, tableMimeType } from "../tables/json.js";
import type { Table } from "../tables/table.js";
import { codeCells, type NotebookFile, type NotebookOutput } from "./notebooks.js";

/**
 * The tables that an executed notebook shows, in order, each named after its title: "table-deaths-by-cause". None where it
 * was not executed, or with a library before tables were kept as data. Throws `UserError` on a damaged one.
 */
export function notebookTables(notebook: NotebookFile): { name: string; table: Table }[] {
  const tables = outputsOf(notebook).flatMap(({ data }) =>
    data?.[tableMimeType] === undefined ? [] : [tableFromJson(data[tableMimeType])],
  );
  const names = distinct(tables.map(({ title }) => slug(`table ${title ?? ""}`)));
  return tables.map((table, index) => ({ name: names[index]!, table }));
}

/** The figures that an executed notebook shows, in order, each named after its title. */
export function notebookFigures(notebook: NotebookFile): NamedFigure[] {
  const figures = outputsOf(notebook).flatMap(({ data }) => {
    const figure = data?.["application/vnd.plotly.v1+json"] as PlotlyFigure | undefined;
    return figure ? [{ figure, caption: captionOf(data!["text/plain"]) }] : [];
  });
  const names = distinct(figures.map(({ figure }) => slug(titleOf(figure) || "figure")));
  return figures.map((one, index) => ({ name: names[index]!, ...one }));
}

/** A figure's title without Plotly's markup. */
export function titleOf({ layout }: PlotlyFigure): string {
  const { text = "" } = (layout.title ?? {}) as { text?: string };
  return text.replace(/<[^>]+>/g, "");
}

const outputsOf = (notebook: NotebookFile): NotebookOutput[] =>
  codeCells(notebook).flatMap(({ cell }) => cell.outputs ?? []);

/** `showFigure` says "Figure 3: caption" where nothing can be drawn. */
function captionOf(text: unknown): string {
  const whole = Array.isArray(text) ? text.join("") : String(text ?? "");
  return whole.replace(/^Figure(?: [^:]*)?: /, "").replace(/ \(no picture: .*\)$/s, "");
}

/** "Dead filters (%), by arm" -> "dead-filters-by-arm". */
function slug(text: string): string {
  const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  let name = words[0] ?? "";
  for (const word of words.slice(1)) {
    if (name.length + 1 + word.length > longestName) break;
    name += `-${word}`;
  }
  return name;
}

const longestName = 60;

/** Later ones of a name get a number. */
function distinct(names: string[]): string[] {
  return names.map((name, index) => {
    const before = names.slice(0, index).filter((other) => other === name).length;
    return before === 0 ? name : `${name}-${before + 1}`;
  });
}
