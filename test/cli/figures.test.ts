import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { figuresCommand } from "../../lib/cli/figures.js";
import { UsageError, UserError } from "../../lib/errors.js";
import { findHypothesis } from "../../lib/hypotheses/index.js";
import { saveRun } from "../../lib/runs/save.js";
import { tableMimeType, tableToJson } from "../../lib/tables/json.js";
import type { Table } from "../../lib/tables/table.js";
import { madeUpRun } from "../support/made-up-runs.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "figures-command-"));
  vi.stubEnv("FILTER_SPARSITY_RUNS", join(folder, "runs"));
  vi.stubEnv("FILTER_SPARSITY_CACHE", join(folder, "cache"));
  // The Plotly figure stands in for pictures: this is about which runs are drawn, not about drawing.
  vi.stubEnv("PATH", folder);
  vi.stubEnv("PLAYWRIGHT_BROWSERS_PATH", folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const figures = () => join(folder, "figures");

/** Made-up runs of H1 at quick scale. */
async function saveStudy(seeds: number[]): Promise<void> {
  for (const arm of findHypothesis("h01").arms({ scale: "quick" })) {
    for (const seed of seeds)
      await saveRun(madeUpRun(arm.config, { seed, deadShare: Math.min(0.6, 100 * arm.lambda) }));
  }
}

const readJson = (name: string) => JSON.parse(readFileSync(join(figures(), name), "utf8"));

it("exports figures and tables from whatever scale has runs, and notes the command that does it again", async () => {
  await saveStudy([1, 2, 3]);
  const lines: string[] = [];
  await figuresCommand({ only: ["h01"], directory: figures(), print: (line) => lines.push(line) });
  expect(lines.some((line) => /^h01: \d+ files from 15 runs at scale quick$/.test(line))).toBe(true);
  const sidecar = readJson("01-regularization-dead-share-by-penalty.json");
  expect(sidecar.command).toBe("npm run figures -- --only h01 --scale quick");
  expect(sidecar.runs).toHaveLength(5);
  const table = readJson("01-regularization-table-arms.json");
  expect(table.files).toEqual(["01-regularization-table-arms.csv", "01-regularization-table-arms.tex"]);
  expect(table.runs).toEqual(sidecar.runs);
  const csv = readFileSync(join(figures(), table.files[0]), "utf8").trimEnd().split("\n");
  expect(csv).toHaveLength(6);
  expect(readdirSync(figures()).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

it("skips a hypothesis that lacks runs, says which, and exports it when told to", async () => {
  await saveStudy([1]);
  const print = vi.fn();
  await expect(figuresCommand({ only: ["h01"], directory: figures(), print })).rejects.toThrow(UserError);
  expect(print.mock.calls.flat().join("\n")).toMatch(
    /^h01: skipped\. 10 of its runs at scale quick are missing .*--partial/m,
  );
  expect(existsSync(figures())).toBe(false);
  await figuresCommand({ only: ["h01"], directory: figures(), print, partial: true });
  expect(readJson("01-regularization-dead-share-by-penalty.json").command).toContain("--partial");
});

it("takes figures and tables of a notebook without a hypothesis from its outputs", async () => {
  const table: Table = { title: "What to do", columns: [{ label: "When" }], rows: [["always"]] };
  const figure = { data: [], layout: { title: { text: "<b>All</b> verdicts" } } };
  const notebooks = join(folder, "notebooks");
  mkdirSync(notebooks);
  const outputs = [
    { output_type: "display_data", data: { [tableMimeType]: tableToJson(table), "text/plain": "" } },
    {
      output_type: "display_data",
      data: { "application/vnd.plotly.v1+json": figure, "text/plain": "Figure 1: How they stand." },
    },
  ];
  const cells = [{ cell_type: "code", source: "showTable(table)", execution_count: 1, outputs }];
  writeFileSync(
    join(notebooks, "00-all.ipynb"),
    JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells }),
  );
  await figuresCommand({ only: ["0"], notebooks, directory: figures(), print: vi.fn() });
  expect(readdirSync(figures()).sort()).toEqual([
    "00-all-all-verdicts.json",
    "00-all-all-verdicts.plotly.json",
    "00-all-table-what-to-do.csv",
    "00-all-table-what-to-do.json",
    "00-all-table-what-to-do.tex",
  ]);
  expect(readJson("00-all-all-verdicts.json").caption).toBe("How they stand.");
});

it("fails in one line where nothing was trained, and on a hypothesis that is none", async () => {
  const print = vi.fn();
  await expect(figuresCommand({ print, notebooks: folder, directory: folder })).rejects.toThrow(UserError);
  expect(print.mock.calls.flat().join("\n")).toContain("npm run reproduce -- h01");
  await expect(figuresCommand({ only: ["h99"], print })).rejects.toThrow(UsageError);
});
