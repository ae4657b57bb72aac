import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UserError } from "../../lib/errors.js";
import { findUnfinishedCells } from "../../lib/notebook/check.js";
import { executeNotebook } from "../../lib/notebook/execute.js";
import { codeCells, readNotebook } from "../../lib/notebook/notebooks.js";
import { codeCell, markdownCell, notebookOf } from "./notebook-file.js";

let path: string;
beforeAll(() => {
  path = join(mkdtempSync(join(tmpdir(), "odd-notebook-")), "odd.ipynb");
});
afterAll(() => rmSync(join(path, ".."), { recursive: true, force: true }));

const write = (file: unknown) => writeFileSync(path, JSON.stringify(file));
const withCell = (cell: unknown) => ({ ...notebookOf([]), cells: [cell] });
const code = codeCell("1 + 1");

describe("a file that is no notebook is refused with the place", () => {
  it.each<[about: string, file: unknown, message: RegExp]>([
    ["null", null, /odd\.ipynb is not a Jupyter notebook of format 4: .*expected object/],
    ["a list", [], /not a Jupyter notebook/],
    ["format 3", { nbformat: 3, worksheets: [{ cells: [] }] }, /of format 3, not 4\. Open it in JupyterLab/],
    ["no cells", { nbformat: 4 }, /at cells, .*array/],
    ["a cell that is null", withCell(null), /at cells\[0\], .*object/],
    [
      "no source",
      withCell({ ...code, source: undefined }),
      /at cells\[0\]\.source, .*text or a list of lines/,
    ],
    ["lines that are numbers", withCell({ ...code, source: [1] }), /at cells\[0\]\.source/],
    ["outputs that are null", withCell({ ...code, outputs: null }), /at cells\[0\]\.outputs, .*array/],
    ["an output that is null", withCell({ ...code, outputs: [null] }), /at cells\[0\]\.outputs\[0\]/],
  ])("%s", (_, file, message) => {
    write(file);
    expect(() => readNotebook(path)).toThrow(UserError);
    expect(() => readNotebook(path)).toThrow(message);
  });
});

it.each([
  ["a text", "1;\n2;"],
  ["its lines", ["1;\n", "2;"]],
])("a source is taken as %s", (_, source) => {
  write(withCell({ ...code, source }));
  expect(codeCells(readNotebook(path)).map((cell) => cell.source)).toEqual(["1;\n2;"]);
});

it("whatever JSON a file holds in a notebook's place, it is read through or refused as a user's mistake", () => {
  const json = fc.jsonValue({ maxDepth: 2 });
  const cell = fc.record(
    { cell_type: fc.constantFrom("code", "markdown"), source: json, metadata: json, outputs: json },
    { requiredKeys: ["cell_type"] },
  );
  const file = fc.record({ nbformat: fc.constantFrom(3, 4), cells: fc.oneof(fc.array(cell), json) });
  fc.assert(
    fc.property(fc.oneof(file, json), (value) => {
      write(value);
      try {
        findUnfinishedCells(readNotebook(path), "odd");
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
      }
    }),
  );
});

it.each<[lack: string, file: unknown]>([
  ["metadata", { ...notebookOf([]), metadata: undefined }],
  ["cells[1].metadata", notebookOf([code, { ...markdownCell("# T"), metadata: undefined }] as never)],
  ["cells[0].execution_count", withCell({ ...code, execution_count: undefined })],
  ["cells[0].outputs", withCell({ ...code, outputs: undefined })],
])("without %s Jupyter is not started, and the file stays as it is", async (lack, file) => {
  write(file);
  const before = readFileSync(path, "utf8");
  await expect(executeNotebook(path, { python: "/none", env: {} })).rejects.toThrow(
    `odd.ipynb has no ${lack}, and Jupyter executes no notebook without it.`,
  );
  expect(readFileSync(path, "utf8")).toBe(before);
});
