import type { Page } from "playwright-core";
import { UserError } from "../../errors.js";
import type { PlotlyFigure } from "../../figures/figure.js";
import { codeCells, type NotebookFile, type NotebookOutput } from "../../notebook/notebooks.js";
import { plotlyMimeType } from "../items.js";
import type { NotebookSource } from "../notebook-source.js";
import { openSite } from "../open.js";
import type { Output } from "./messages.js";
import type { Kernel } from "./page/kernel.js";

export interface CellReport {
  cell: number;
  /** What it said when it failed; undefined where it ended well. */
  failure?: string;
  /** Where what it showed is not what is stored. */
  differences: string[];
}

/**
 * Runs all cells of a notebook, unchanged, in a page of a site, and compares what they show with what is stored: texts and
 * tables, and of figures the points. Numbers to 9 digits, for browsers compute powers and logarithms otherwise in the last.
 * Pictures are not compared, nor HTML, which tables come with as data too.
 */
export async function checkCells(
  page: Page,
  { address, notebook }: { address: string; notebook: NotebookFile },
): Promise<CellReport[]> {
  await page.goto(`${address}index.html`);
  const cells = codeCells(notebook);
  const reports: CellReport[] = [];
  // As text: what transforms this module knows no import in a page.
  const kernel =
    await page.evaluateHandle<Kernel>(`import("${address}cells/workbench.js").then(async (machinery) => {
    const kernel = machinery.openKernel();
    await kernel.ready();
    return kernel;
  })`);
  for (const { number, source, cell } of cells) {
    const shown = await page.evaluate(
      async ({ kernel, number, source }) => {
        const outputs: Output[] = [];
        await kernel.run(number, source, (output) => outputs.push(output));
        // As JSON, which a notebook's file is.
        return JSON.stringify(outputs, (_key, value) =>
          ArrayBuffer.isView(value) ? [...(value as never)] : value,
        );
      },
      { kernel, number, source },
    );
    reports.push({ cell: number, ...compared(JSON.parse(shown) as Output[], cell.outputs ?? []) });
  }
  return reports;
}

/** As what a page has not of Node says it: see `lib/paper/cells/node/absent.mjs`. */
const nodeOnly = /is there in Node only/;

/**
 * The page's answer to whether its cells run: all cells of all notebooks. Cells that only Node can run are listed with what
 * they need. Throws `UserError` with those that do otherwise than is stored.
 */
export async function checkAllCells(
  folder: string,
  { sources, print }: { sources: readonly NotebookSource[]; print: (line: string) => void },
): Promise<void> {
  const { address, browser, close } = await openSite(folder);
  const problems: string[] = [];
  const needNode: string[] = [];
  try {
    for (const { stem, notebook } of sources) {
      const page = await browser.newPage();
      const reports = await checkCells(page, { address, notebook });
      await page.close();
      const well = reports.filter(
        ({ failure, differences }) => failure === undefined && differences.length === 0,
      );
      print(`${stem}: ${well.length} of ${reports.length} cells ran in the page and show what is stored`);
      for (const { cell, failure, differences } of reports)
        for (const problem of failure === undefined ? differences : [failure])
          (nodeOnly.test(problem) ? needNode : problems).push(`${stem}, cell ${cell}: ${problem}`);
    }
  } finally {
    await close();
  }
  print(
    needNode.length === 0
      ? "No cell needs Node."
      : `${needNode.length} cells need Node, and say so: ${needNode.join("; ")}`,
  );
  if (problems.length > 0) throw new UserError(`In a page, these cells do otherwise: ${problems.join("; ")}`);
}

function compared(shown: readonly Output[], stored: readonly NotebookOutput[]): Omit<CellReport, "cell"> {
  const failed = shown.find((output) => output.type === "error");
  if (failed) return { failure: failed.error.traceback[0] ?? failed.error.evalue, differences: [] };
  const displays = new Map<string, Record<string, unknown>>();
  for (const output of shown)
    if (output.type === "display" || output.type === "update") displays.set(output.id, output.data);
  const own = [...displays.values()];
  const others = stored.filter(({ data }) => data !== undefined);
  if (own.length !== others.length)
    return { differences: [`it shows ${own.length} outputs, ${others.length} are stored`] };
  const differences = others.flatMap(({ data = {} }, index) =>
    Object.entries(data).flatMap(([type, value]) => {
      if (type.startsWith("image/") || type === "text/html") return [];
      const text = Array.isArray(value) ? value.join("") : value;
      const [a, b] = [own[index]![type], text].map(type === plotlyMimeType ? pointsOf : (whole) => whole);
      const place = differenceOf(a, b, `output ${index + 1}, ${type}`);
      return place === undefined ? [] : [place];
    }),
  );
  return { differences };
}

/** Of a figure what was measured; the rest is how it looks. */
const pointsOf = (figure: unknown): unknown =>
  (figure as PlotlyFigure | undefined)?.data.map((trace) => {
    const { x, y } = trace as { x?: unknown; y?: unknown };
    return { x, y };
  });

const tolerance = 1e-9;

/** Where two JSON values differ; undefined where they do not. */
function differenceOf(own: unknown, stored: unknown, place: string): string | undefined {
  if (typeof own === "number" && typeof stored === "number") {
    const near = Math.abs(own - stored) <= tolerance * Math.max(1, Math.abs(stored));
    return near ? undefined : `${place}: ${own}, stored ${stored}`;
  }
  if (typeof own !== "object" || typeof stored !== "object" || own === null || stored === null)
    return own === stored ? undefined : `${place}: ${short(own)}, stored ${short(stored)}`;
  for (const key of new Set([...Object.keys(own), ...Object.keys(stored)])) {
    const [a, b] = [own, stored].map((value) => (value as Record<string, unknown>)[key]);
    const found = differenceOf(a, b, `${place}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

const short = (value: unknown): string => {
  const text = String(JSON.stringify(value));
  return text.length > 120 ? `${text.slice(0, 120)}...` : text;
};
