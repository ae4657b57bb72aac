import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCompiler } from "../../lib/notebook/kernel/compiler.js";
import { type CellOutcome, Session } from "../../lib/notebook/kernel/session.js";
import { cellSignal } from "../../lib/notebook/signal.js";
import { projectRoot } from "../../lib/paths.js";

let session: Session;
beforeAll(() => {
  session = new Session(projectRoot, createCompiler());
});
afterAll(() => session.close());

async function results(...cells: string[]): Promise<(string | undefined)[]> {
  const values: (string | undefined)[] = [];
  for (const cell of cells) {
    const outcome = await session.execute(cell);
    if (outcome.status === "error") throw new Error(outcome.error.traceback.join("\n"));
    values.push(outcome.result);
  }
  return values;
}

async function failure(cell: string) {
  const outcome: CellOutcome = await session.execute(cell);
  if (outcome.status === "ok") throw new Error("the cell did not fail");
  return outcome.error;
}

describe("values of earlier cells", () => {
  test.each([
    ["shorthand property", ["const a1 = 2;", "const o1 = { a1 };\no1"], "{ a1: 2 }"],
    ["renamed binding", ["const o2 = { a2: 3 };", "const { a2: b2 } = o2;\nb2"], "3"],
    ["binding with a default", ["const o3: { a3?: number } = {};", "const { a3: b3 = 4 } = o3;\nb3"], "4"],
    ["shorthand assignment", ["let a4 = 1;\nconst o4: { a4?: number } = {};", "({ a4 = 5 } = o4);\na4"], "5"],
    ["renamed parameter", ["const o5 = { a5: 6 };", "(({ a5: b5 }: typeof o5) => b5)(o5)"], "6"],
    ["renamed assignment", ["let b6 = 0;\nconst o6 = { a6: 7 };", "({ a6: b6 } = o6);\nb6"], "7"],
    ["shorthand in a callback", ["const a7 = 8;", "[1].map((n7) => ({ n7, a7 }))"], "[ { n7: 1, a7: 8 } ]"],
    ["property of the same name", ["const a8 = 9;", "({ a8: a8 + 1 })"], "{ a8: 10 }"],
    [
      "imported name",
      ['import { basename } from "node:path";', "Object.keys({ basename })"],
      "[ 'basename' ]",
    ],
    ["a later declaration wins", ["const a9 = 1;", 'const a9 = "two";\na9'], "'two'"],
    ["top-level await", ["const a10 = await Promise.resolve(10);", "const o10 = { a10 };\no10.a10"], "10"],
  ])("%s", async (_, cells, expected) => {
    expect((await results(...cells)).at(-1)).toBe(expected);
  });
});

describe("errors", () => {
  test("the project's type rules hold in cells", async () => {
    const { ename, evalue, traceback } = await failure(
      "const list = [1, 2];\n\nconst first: number = list[0];",
    );
    expect(ename).toBe("TypeScriptError");
    expect(evalue).toContain("TS2322 at line 3, column 7: Type 'number | undefined'");
    expect(traceback).toContain("> 3 | const first: number = list[0];");
  });

  test("a class of the library keeps its name, and the cause is told", async () => {
    const { ename, traceback } = await failure(
      'import { UserError } from "./lib/dist/errors.js";\nthrow new UserError("no data", { cause: new RangeError("empty") });',
    );
    expect(ename).toBe("UserError");
    expect(traceback.at(-1)).toBe("Caused by RangeError: empty");
  });

  test("anything can be thrown", async () => {
    expect(await failure('throw "text";')).toEqual({
      ename: "Thrown",
      evalue: "text",
      traceback: ["Thrown: text"],
    });
  });

  test("a failed cell leaves earlier declarations alone", async () => {
    await results("const kept = 1;");
    await failure("const kept: number = 'x';");
    expect(await results("kept")).toEqual(["1"]);
  });
});

test("an interrupt ends a waiting cell and tells the code that listens", async () => {
  const running = session.execute("await new Promise(() => {});");
  const signal = cellSignal();
  setTimeout(() => session.interrupt(), 50);
  const outcome = await running;
  expect(outcome.status === "error" && outcome.error.ename).toBe("Interrupted");
  expect(signal?.aborted).toBe(true);
});

test("completion and inspection know earlier cells", async () => {
  await results("const measurement = { gamma: 1, beta: 2 };");
  expect(session.complete("measurement.ga", 14).candidates).toEqual(["gamma"]);
  expect(session.inspect("measurement", 3)).toContain("gamma: number");
});
