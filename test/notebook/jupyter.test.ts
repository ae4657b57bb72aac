import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { ensurePython, jupyterEnvironment, jupyterStatus } from "../../lib/cli/python.js";
import { executeNotebook, NotebookFailure } from "../../lib/notebook/execute.js";
import { readNotebook } from "../../lib/notebook/notebooks.js";
import { optional } from "../support/optional.js";
import { codeCell, markdownCell, notebookOf } from "./notebook-file.js";

const { available, reason } = await jupyterStatus();
const withJupyter = optional("notebooks under Jupyter", available, reason);

describe.concurrent("headless execution", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "jupyter-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, ...sources: string[]) => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(notebookOf([markdownCell("# Title"), ...sources.map(codeCell)])));
    return path;
  };
  const execute = async (path: string, { timeout }: { timeout?: number } = {}) =>
    executeNotebook(path, {
      python: await ensurePython({ print: () => {} }),
      env: jupyterEnvironment(),
      ...(timeout !== undefined && { timeout }),
    });

  withJupyter(
    "writes outputs and counts in place, and the same bytes the second time",
    async () => {
      const path = write(
        "good.ipynb",
        'for (const line of ["a", "b"]) {\n  console.log(line);\n  await new Promise((resolve) => setTimeout(resolve, 20));\n}',
        "const sum = 1 + 1;\nsum",
      );
      const ids = readNotebook(path).cells.map(({ id }) => id);
      expect(await execute(path)).toEqual({ changed: true, withoutPicture: 0 });
      const once = readFileSync(path);
      const { cells, metadata } = readNotebook(path);
      expect(cells.map(({ id }) => id)).toEqual(ids);
      expect(cells.map(({ execution_count }) => execution_count)).toEqual([undefined, 1, 2]);
      expect(cells[1]?.outputs).toEqual([{ name: "stdout", output_type: "stream", text: ["a\n", "b\n"] }]);
      expect(Object.keys(metadata).sort()).toEqual(["kernelspec", "language_info"]);
      expect(await execute(path)).toMatchObject({ changed: false });
      expect(readFileSync(path).equals(once)).toBe(true);
    },
    120_000,
  );

  withJupyter(
    "a failing cell leaves the notebook as it was and names its place",
    async () => {
      const path = write("bad.ipynb", "const one: number = 1;", "\nconst two: string = one;");
      const before = readFileSync(path);
      const failure = await execute(path).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(NotebookFailure);
      const { message, trace } = failure as NotebookFailure;
      expect(message).toContain("bad.ipynb did not run to its end, and is left as it was: TS2322");
      expect(trace).toContain("cell [2], line 2, column 7");
      expect(readFileSync(path).equals(before)).toBe(true);
    },
    120_000,
  );

  const waits = "await new Promise((resolve) => setTimeout(resolve, 300));";
  withJupyter.each([
    [
      "a throw in a timer while a cell waits",
      ['setTimeout(() => { throw new Error("late"); }, 5);', "await new Promise(() => {});"],
      "Error: late",
      "cell [1], line 1",
    ],
    [
      "a rejection that nobody awaits",
      ['void Promise.reject(new Error("nobody"));'],
      "Error: nobody",
      "cell [1], line 1",
    ],
    [
      "a rejection after its cell",
      [`setTimeout(() => { void Promise.reject(new Error("after")); }, 5);`, waits],
      "Error: after",
      "cell [1], line 1",
    ],
  ])(
    "%s fails the run, with cell and trace",
    async (name, sources, message, place) => {
      const failure = await execute(write(`${name}.ipynb`, ...sources)).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(NotebookFailure);
      expect((failure as NotebookFailure).trace).toContain(message);
      expect((failure as NotebookFailure).trace).toContain(place);
    },
    120_000,
  );

  withJupyter.each([
    ["waits", "await new Promise(() => {});"],
    ["computes", "await null;\nfor (;;) {}"],
  ])(
    "a cell that %s without end fails the run once its time is over",
    async (name, source) => {
      const path = write(`still-${name}.ipynb`, "1;", source);
      const failure = await execute(path, { timeout: 5 }).catch((error: unknown) => error);
      expect((failure as NotebookFailure).trace).toMatch(
        /TimeLimit: cell \[\d\] neither ended nor showed anything for 5 s/,
      );
    },
    120_000,
  );

  withJupyter(
    "cells read files and import modules from their notebook's folder, and packages from the project",
    async () => {
      writeFileSync(join(folder, "beside.txt"), "read");
      writeFileSync(join(folder, "beside.mjs"), "export const five = 5;\n");
      const path = write(
        "relative.ipynb",
        'import { readFileSync } from "node:fs";\nimport { five } from "./beside.mjs";\nimport { table } from "arquero";\n' +
          '[readFileSync("beside.txt", "utf8"), five, (await import("./beside.mjs")).five, table({ a: [1] }).numRows()]',
      );
      await execute(path);
      const [, cell] = readNotebook(path).cells;
      expect(cell?.outputs?.[0]?.data?.["text/plain"]).toEqual(["[ 'read', 5, 5, 1 ]"]);
    },
    120_000,
  );
});
