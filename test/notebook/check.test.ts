import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkNotebooks, extractModule, formatProblem, parseDiagnostics } from "../../lib/notebook/check.js";
import type { NotebookCell, NotebookFile } from "../../lib/notebook/notebooks.js";
import { codeCell, markdownCell, notebookOf } from "./notebook-file.js";

describe("extraction", () => {
  const notebook = notebookOf([
    markdownCell("# Not code"),
    codeCell("const a = 1;\n\nconst b = 2;"),
    codeCell("  \n"),
    { ...codeCell(""), source: ["await a;\n", "b;"] },
  ]);

  test("puts the code cells in order into one module", () => {
    expect(extractModule(notebook).text).toBe("const a = 1;\n\nconst b = 2;\nawait a;\nb;\nexport {};\n");
  });

  test("finds the cell and line of each line, cells counted as a fresh run counts them", () => {
    const { locate } = extractModule(notebook);
    expect([1, 3, 4, 5].map(locate)).toEqual([
      { cell: 1, line: 1 },
      { cell: 1, line: 3 },
      { cell: 2, line: 1 },
      { cell: 2, line: 2 },
    ]);
    expect(locate(6)).toBeUndefined();
  });
});

test("diagnostics keep their continuation lines", () => {
  const output =
    "01-x.mts(2,7): error TS2322: Type 'A' is not assignable to type 'B'.\n  Property 'c' is missing.\n" +
    "01-x.mts(9,1): error TS2304: Cannot find name 'd'.\n";
  expect(parseDiagnostics(output)).toEqual([
    {
      file: "01-x.mts",
      line: 2,
      column: 7,
      message: "TS2322: Type 'A' is not assignable to type 'B'.\n  Property 'c' is missing.",
    },
    { file: "01-x.mts", line: 9, column: 1, message: "TS2304: Cannot find name 'd'." },
  ]);
});

describe("checkNotebooks", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "check-notebooks-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, notebook: NotebookFile) => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(notebook));
    return path;
  };
  const executed = (source: string, count: number): NotebookCell => ({
    ...codeCell(source),
    execution_count: count,
  });

  test("names notebook, cell and line of what is wrong, and passes what is right", () => {
    const good = write(
      "good.ipynb",
      notebookOf([
        executed('import { readFile } from "node:fs/promises";', 1),
        executed("const text = await readFile('x', 'utf8');\ntext.length;", 2),
      ]),
    );
    const bad = write(
      "bad.ipynb",
      notebookOf([
        markdownCell("# Bad"),
        executed("const list = [1, 2];", 1),
        executed("\nconst first: number = list[0];", 2),
        codeCell("list.length;"),
        {
          ...executed("list;", 3),
          outputs: [{ output_type: "error", ename: "TypeError", evalue: "no" }],
        },
      ]),
    );
    const problems = checkNotebooks([good, bad]).map((problem) =>
      formatProblem({ ...problem, notebook: problem.notebook.split("/").at(-1) ?? "" }),
    );
    expect(problems).toEqual([
      "bad.ipynb, cell 3: was never executed",
      "bad.ipynb, cell 4: has an error output: TypeError: no",
      expect.stringMatching(/^bad\.ipynb, cell 2, line 2, column 7: TS2322: Type 'number \| undefined'/),
    ]);
  });

  test("cells see the library by its name", () => {
    const path = write(
      "named.ipynb",
      notebookOf([executed('import * as library from "filter-sparsity";', 1)]),
    );
    expect(checkNotebooks([path])).toEqual([]);
  });
});
