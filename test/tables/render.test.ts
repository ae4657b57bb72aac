import { describe, expect, it } from "vitest";
import { UsageError } from "../../lib/errors.js";
import { renderTable, type TableFormat } from "../../lib/tables/render.js";
import type { Table } from "../../lib/tables/table.js";

const table: Table = {
  title: "Arms",
  columns: [{ label: "Arm" }, { label: "Seeds" }, { label: "Error", unit: "%", digits: 1 }],
  rows: [
    ["Adam, λ 1e-3", 3, { mean: 9.87, halfWidth: 0.5, best: true }],
    ["a<b> & |c_d|", 12, { mean: 27.04, halfWidth: 10.26 }],
    ["one seed", 1, { mean: 30, halfWidth: Number.POSITIVE_INFINITY }],
    ["none", 0, null],
  ],
  note: "Lower is better.",
};

describe("renderTable", () => {
  it("aligns digits in text and stars the best value", () => {
    expect(renderTable(table, "text").split("\n")).toEqual([
      "Arms",
      "Arm           Seeds      Error (%)",
      "────────────────────────────────────",
      "Adam, λ 1e-3      3   9.9 ±  0.5 *",
      "a<b> & |c_d|     12  27.0 ± 10.3",
      "one seed          1  30.0",
      "none              0     –",
      "Lower is better.",
    ]);
  });

  it("writes strengths of a penalty as labels have them, in LaTeX as powers", () => {
    const strengths: Table = { columns: [{ label: "strongest λ" }], rows: [[1e-3], [0.02], [0]] };
    expect(renderTable(strengths, "text").split("\n").slice(2)).toEqual([
      "       1e-3",
      "       2e-2",
      "          0",
    ]);
    expect(renderTable(strengths, "latex")).toContain("$10^{-3}$");
  });

  it("draws thousands of rows as it draws a few", () => {
    const columns = [{ label: "run" }, { label: "error", unit: "%", digits: 1 }];
    const rows = Array.from({ length: 1000 }, (_, i) => [`run ${String(i).padStart(4, "0")}`, i % 90]);
    const few = renderTable({ columns, rows: rows.slice(0, 400) }, "text").split("\n");
    const many = renderTable({ columns, rows }, "text").split("\n");
    expect(many).toHaveLength(1002);
    expect(many.slice(0, 402)).toEqual(few);
  });

  it("writes markdown whose pipes stay inside their cells", () => {
    const lines = renderTable(table, "markdown").split("\n");
    expect(lines).toContain("| Arm | Seeds | Error (%) |");
    expect(lines).toContain("| --- | ---: | ---: |");
    expect(lines).toContain("| Adam, λ 1e-3 | 3 | **9.9 ± 0.5** |");
    expect(lines).toContain("| a\\<b\\> & \\|c\\_d\\| | 12 | 27.0 ± 10.3 |");
  });

  it("keeps numbers below each other that have words behind them, and sets thousands apart", () => {
    const runs: Table = {
      columns: [{ label: "Seeds" }, { label: "Images" }],
      rows: [
        ["3 (1 diverged)", 50_000],
        [12, 9999],
        [3, 1_234_567],
      ],
    };
    expect(renderTable(runs, "text").split("\n").slice(2)).toEqual([
      " 3 (1 diverged)     50,000",
      "12                    9999",
      " 3               1,234,567",
    ]);
  });

  it("escapes everything in HTML", () => {
    const hostile: Table = { columns: [{ label: "<script>" }], rows: [['"><img onerror=x>']], title: "<b>" };
    const html = renderTable(hostile, "html");
    expect(html).not.toMatch(/<script|<img|<b>/);
    expect(renderTable(table, "html")).toContain("<strong>9.9\u00A0±\u00A0\u20070.5</strong>");
  });

  it("keeps a number that is written as a power on one line of a page", () => {
    const rates: Table = { columns: [{ label: "Rate" }], rows: [["1e-2"], ["cosine-annealed"]] };
    expect(renderTable(rates, "html").match(/[^"]*nowrap">[^<]*/g)).toEqual([
      'text-align:left;white-space:nowrap">1e-2',
    ]);
  });

  it("writes plain numbers in CSV, an estimate as two columns, and quotes what needs it", () => {
    expect(renderTable(table, "csv").split("\n")).toEqual([
      "Arm,Seeds,Error (%),Error (%) half-width",
      '"Adam, λ 1e-3",3,9.87,0.5',
      "a<b> & |c_d|,12,27.04,10.26",
      "one seed,1,30,",
      "none,0,,",
    ]);
  });

  it("writes LaTeX without a bare special character, decimal points below each other", () => {
    const lines = renderTable(table, "latex").split("\n");
    expect(lines).toContain("\\begin{tabular}{lrr}");
    expect(lines).toContain("Adam, $\\lambda$ $10^{-3}$ & 3 & \\textbf{9.9 $\\pm$ \\phantom{0}0.5} \\\\");
    expect(lines).toContain("a$<$b$>$ \\& $|$c\\_d$|$ & 12 & 27.0 $\\pm$ 10.3 \\\\");
    expect(lines).toContain("one seed & 1 & 30.0\\phantom{0000000} \\\\");
  });

  it("writes LaTeX as a float that can be cited, with powers of ten", () => {
    const latex = renderTable(
      {
        title: "Dead & gone",
        note: "At λ = 3e-4.",
        columns: [{ label: "Arm" }],
        rows: [["L2 2.5e-3, run 12ae4"]],
      },
      "latex",
    );
    expect(latex).toContain(
      "\\caption{Dead \\& gone. At $\\lambda$ = $3 \\times 10^{-4}$.}\n\\label{tab:dead-gone}",
    );
    expect(latex).toContain("\nL2 $2.5 \\times 10^{-3}$, run 12ae4 \\\\\n");
    expect(latex.trim()).toMatch(/\\begin\{table\}[\s\S]*\\end\{table\}$/);
  });

  it("writes LaTeX that is well formed, whatever a cell holds", () => {
    const hostile = "\\ ~ ^ { } & % $ # _ < > | λ β γ ± × − ∞ ≥ ≤ → · … é \u2007";
    const latex = renderTable(
      {
        columns: [{ label: hostile }, { label: "n" }],
        rows: [
          [hostile, 1],
          [hostile, null],
        ],
      },
      "latex",
    );
    const body = latex.split("\n").filter((line) => line.endsWith("\\\\"));
    expect(body).toHaveLength(3);
    for (const line of body) {
      expect(line.match(/(?<!\\)&/g)).toHaveLength(1);
      expect(line).not.toMatch(/(?<!\\)[%#_]|[λβγ±×−∞≥≤→·…\u2007]/);
      const dollars = line.match(/(?<!\\)\$/g) ?? [];
      expect(dollars.length % 2).toBe(0);
      const depth = [...line.replace(/\\[{}]/g, "")].reduce(
        (sum, character) => sum + (character === "{" ? 1 : character === "}" ? -1 : 0),
        0,
      );
      expect(depth).toBe(0);
    }
  });

  it("refuses another format and ragged rows", () => {
    expect(() => renderTable(table, "xml" as TableFormat)).toThrow(UsageError);
    expect(() => renderTable({ columns: [{ label: "a" }], rows: [[1, 2]] }, "text")).toThrow(/Row 0/);
  });
});
