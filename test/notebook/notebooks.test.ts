import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { explainFailure } from "../../lib/notebook/execute.js";
import { listNotebooks, readNotebook, resolveNotebooks } from "../../lib/notebook/notebooks.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "notebooks-"));
  for (const name of ["01-regularization", "02-optimizer", "10-difficulty"])
    writeFileSync(join(folder, `${name}.ipynb`), "{}");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("which notebook is meant", () => {
  test.each([
    ["01", "01-regularization.ipynb"],
    ["1", "01-regularization.ipynb"],
    ["10", "10-difficulty.ipynb"],
    ["02-optimizer", "02-optimizer.ipynb"],
    ["notebooks/02-optimizer.ipynb", "02-optimizer.ipynb"],
  ])("%s", (name, file) => {
    expect(resolveNotebooks([name], folder).map((path) => basename(path))).toEqual([file]);
  });

  test("an unknown one is refused with a list of those there are", () => {
    expect(() => resolveNotebooks(["01", "7"], folder)).toThrow(
      'There is no notebook "7". Expected a number or name of: 01-regularization, 02-optimizer, 10-difficulty.',
    );
  });

  test("a missing folder holds none", () => {
    expect(listNotebooks(join(folder, "none"))).toEqual([]);
  });
});

test("a file that is no notebook is refused by name", () => {
  expect(() => readNotebook(join(folder, "01-regularization.ipynb"))).toThrow(
    /01-regularization\.ipynb is not a/,
  );
});

describe("what nbconvert says of a failing cell", () => {
  const traceback = `Traceback (most recent call last):
  File "client.py", line 1, in run
nbclient.exceptions.CellExecutionError: An error occurred while executing the following cell:
------------------
console.log("before");
throw new TypeError("no");
------------------

----- stdout -----
before
------------------

TypeError: no
cell [2], line 2, column 7
    at cell [2]:2:7

`;
  test("is cut down to the kernel's own trace", () => {
    expect(explainFailure(traceback)).toBe("TypeError: no\ncell [2], line 2, column 7\n    at cell [2]:2:7");
  });

  test("and to its last line where the kernel did not get that far", () => {
    expect(
      explainFailure("[NbConvertApp] x\njupyter_client.kernelspec.NoSuchKernel: No such kernel named y\n"),
    ).toBe("jupyter_client.kernelspec.NoSuchKernel: No such kernel named y");
  });
});
