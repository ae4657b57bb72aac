import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { tableWriters } from "../lib/export/writers.js";
import { asText } from "../lib/spreadsheet.js";
import { renderTable } from "../lib/tables/render.js";

const formulas = [
  "=1+1",
  '=HYPERLINK("http://x")',
  "@SUM(A1)",
  "+cmd|' /C calc'!A0",
  "-1+2",
  "+A1",
  "\t=1",
  "\r=1",
  "-",
];
const texts = [
  "cat",
  "−0.3",
  "-0.3",
  "+39 percentage points",
  "-1e-3",
  "+12 %",
  "a=b",
  "",
  '["=a"]',
  "3 - 2",
];

it("what a spreadsheet would compute becomes text, and nothing else changes", () => {
  for (const text of formulas) expect(asText(text)).toBe(`'${text}`);
  for (const text of texts) expect(asText(text)).toBe(text);
});

it("so in every table that is written as CSV", async () => {
  const rows = [...formulas, ...texts].map((text) => [text, -1]);
  const columns = [{ label: "=class" }, { label: "n", digits: 0 }];
  const rendered = renderTable({ columns, rows }, "csv");
  const folder = mkdtempSync(join(tmpdir(), "csv-"));
  const writer = tableWriters.csv(join(folder, "a.csv"));
  await writer.write({ class: rows.map(([text]) => text as string), n: Float32Array.from(rows, () => -1) });
  await writer.close();
  const exported = readFileSync(join(folder, "a.csv"), "utf8");
  rmSync(folder, { recursive: true });
  for (const csv of [rendered, exported]) {
    for (const line of csv.split("\n")) expect(line).not.toMatch(/^"?[=@]/);
    expect(csv).toMatch("'=1+1,-1");
    expect(csv).toMatch("\n-0.3,-1");
  }
});
