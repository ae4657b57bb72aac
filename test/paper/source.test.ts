import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { deadShareByPenalty } from "../../lib/figures/by-penalty.js";
import { drawnRows } from "../../lib/paper/drawn-rows.js";
import { rowsCsv } from "../../lib/paper/figure-data.js";
import { itemsOf } from "../../lib/paper/items.js";
import { figureSchema } from "../../lib/paper/notebook-schema.js";
import { readSource, recordsOf } from "../../lib/paper/notebook-source.js";
import { withoutHead } from "../../lib/paper/without-head.js";
import { saveRun } from "../../lib/runs/save.js";
import { codeCell } from "../notebook/notebook-file.js";
import { madeUpArm, madeUpStudy } from "../support/made-up-runs.js";
import { cellsOf, executed, verdictOutput, writeNotebook } from "./executed-notebook.js";

const arms = madeUpStudy({ seeds: [1, 2] });
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "paper-source-"));
  vi.stubEnv("FILTER_SPARSITY_RUNS", join(folder, "runs"));
  vi.stubEnv("FILTER_SPARSITY_CACHE", join(folder, "cache"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const write = (cells = cellsOf(arms)) => writeNotebook(folder, "01-regularization", cells);

test("a notebook is read with its title, hypothesis and verdict", () => {
  const { kind, title, hypothesis, verdict } = readSource(write());
  expect(kind).toBe("Hypothesis 1");
  expect(title).toBe("Regularization makes filters die");
  expect(hypothesis?.id).toBe("h01");
  expect(verdict?.interval.every(Number.isFinite)).toBe(true);
});

test("an interval that no file can hold comes back as unknown", () => {
  const cells = cellsOf(arms);
  const verdict = { ...readSource(write()).verdict!, interval: [-Infinity, Infinity] as [number, number] };
  cells[8] = executed("showVerdict()", 5, [verdictOutput({ ...verdict, effect: Number.NaN })]);
  const read = readSource(write(cells)).verdict!;
  expect(read.interval).toEqual([-Infinity, Infinity]);
  expect(read.effect).toBeNaN();
});

test("what is not executed, failed, out of order or without a verdict says so and what to do", () => {
  const command = /npm run notebook -- 01-regularization/;
  const read = (change: (cells: ReturnType<typeof cellsOf>) => void) => {
    const cells = cellsOf(arms);
    change(cells);
    return () => readSource(write(cells));
  };
  const pending = read((cells) => cells.push(codeCell("later()")));
  expect(pending).toThrow(/not executed: 1 of its 6 code cells/);
  expect(pending).toThrow(command);
  const failed = read((cells) => cells[5]!.outputs!.push({ output_type: "error", ename: "E", evalue: "e" }));
  expect(failed).toThrow(/Cell 3 of 01-regularization\.ipynb has failed/);
  const unordered = read((cells) => {
    cells[5]!.execution_count = 9;
  });
  expect(unordered).toThrow(/not executed from top to bottom/);
  const silent = read((cells) => cells.splice(8, 1));
  expect(silent).toThrow(/no verdict/);
  expect(silent).toThrow(command);
});

test("runs without a record are named with the command that trains them", async () => {
  const source = readSource(write());
  await expect(recordsOf(source)).rejects.toThrow(/have no record here: .*npm run reproduce -- h01/);
  for (const { runs } of arms) for (const run of runs) await saveRun(run);
  expect((await recordsOf(source)).size).toBe(arms.flatMap(({ runs }) => runs).length);
});

test("figures and tables are numbered as they come, and a caption belongs to its figure", () => {
  const items = itemsOf(readSource(write()).notebook);
  expect(items.map(({ kind }) => kind).join(" ")).toBe(
    "prose code plain prose code table prose code figure code figure prose code verdict prose",
  );
  const [first, second] = items.filter((item) => item.kind === "figure");
  expect(first).toMatchObject({
    number: 1,
    ownNumber: 1,
    cell: 3,
    caption: "What dead-share-by-penalty shows.",
  });
  expect(second).toMatchObject({ number: 2, cell: 4, origin: { figure: "gamma-histograms" } });
});

test("a figure loses its head, not its drawing area", () => {
  const item = itemsOf(readSource(write()).notebook).find(({ kind }) => kind === "figure");
  if (item?.kind !== "figure") throw new Error("no figure");
  const { figure, head } = withoutHead(item.figure);
  type Frame = { height: number; margin: { t: number; b: number }; legend: { y: number } };
  const area = ({ height, margin }: Frame) => height - margin.t - margin.b;
  const [before, after] = [item.figure.layout as unknown as Frame, figure.layout as unknown as Frame];
  expect(head?.title.length).toBeGreaterThan(10);
  expect(after.height).toBeLessThan(before.height);
  expect(area(after)).toBe(area(before));
  // Legend and drawing area are as far apart as they were.
  const below = ({ height, legend, margin }: Frame) => margin.t - (1 - legend.y) * height;
  expect(below(after)).toBeCloseTo(below(before));
  expect(withoutHead({ data: [], layout: { height: 400 } }).head).toBeUndefined();
});

test("an arrangement that is none is left out, so that the figure stays as it is drawn", () => {
  const { layout } = figureSchema.parse({ data: [], layout: { meta: { arrangement: { panels: "all" } } } });
  expect(layout).toEqual({});
  const known = deadShareByPenalty([madeUpArm({ lambda: 1e-3 })]);
  expect(figureSchema.parse(JSON.parse(JSON.stringify(known))).layout.meta).toEqual(known.layout.meta);
});

test("a figure's data are tidy rows, with the names of its axes and ticks", () => {
  const rows = drawnRows({
    data: [
      { type: "scatter", name: "<b>A</b>, one", x: [1, 2], y: [3, null], error_y: { array: [0.5, 0.25] } },
      { type: "heatmap", x: ["C1", "C2"], y: ["Adam"], z: [[10, 20]], xaxis: "x2", yaxis: "y2" },
    ],
    layout: {
      xaxis: { title: { text: "λ" }, tickvals: [1], ticktext: ["10<sup>−3</sup>"] },
      yaxis: { title: { text: "Dead filters (% of all); higher: sparser" } },
    },
  });
  expect(rows).toEqual([
    { series: "A, one", λ: "10⁻³", low: 2.5, high: 3.5, measure: "Dead filters", value: 3, unit: "% of all" },
    { series: "A, one", λ: 2, measure: "Dead filters", value: null, unit: "% of all" },
    { x: "C1", y: "Adam", measure: "value", value: 10, unit: "" },
    { x: "C2", y: "Adam", measure: "value", value: 20, unit: "" },
  ]);
  expect(rowsCsv(rows).split("\n").slice(0, 3)).toEqual([
    "series,λ,low,high,x,y,measure,value,unit",
    '"A, one",10⁻³,2.5,3.5,,,Dead filters,3,% of all',
    '"A, one",2,,,,,Dead filters,,% of all',
  ]);
});
