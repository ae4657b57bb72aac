import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CellOutcome, Session } from "../../lib/notebook/kernel/session.js";
import { cellSignal } from "../../lib/notebook/signal.js";
import { projectRoot } from "../../lib/paths.js";

let session: Session;
beforeAll(() => {
  session = new Session({ folder: projectRoot, root: projectRoot });
});
afterAll(() => session.close());

async function results(...cells: string[]): Promise<(string | undefined)[]> {
  const values: (string | undefined)[] = [];
  for (const cell of cells) {
    const outcome = await session.execute(cell);
    if (outcome.status === "error") throw new Error(outcome.error.traceback.join("\n"));
    values.push(outcome.result?.["text/plain"]);
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

describe("every form of top-level await", () => {
  test.each([
    ["await (Promise.resolve(1))", "1"],
    ["await (await (async () => ({ text: async () => 'hi' }))()).text()", "'hi'"],
    ["(await 1) + await (2)", "3"],
    [`\`\${await 1}-\${await (2)}\``, "'1-2'"],
    ["[await 1, ...(await [2])]", "[ 1, 2 ]"],
    ["({ a: await 1, [await 'b']: 2, ...(await { c: 3 }) })", "{ a: 1, b: 2, c: 3 }"],
    ["const { a: w1 = await 3 }: { a?: number } = {}; w1", "3"],
    ["const [w2 = await (4)] = [] as number[]; w2", "4"],
    ["let w3 = 0;\nfor await (const x of [Promise.resolve(5), 1]) w3 += x;\nw3", "6"],
    ["let w4 = 0;\nwhile ((await w4) < 3) w4++;\nif (await true) w4 *= 2;\nw4", "6"],
    ["switch (await 1) { case await (1): var w5 = 7; }\nw5", "7"],
    ["let w6 = 0;\ntry { await Promise.reject(new Error('no')); } catch { w6 = await 8; }\nw6", "8"],
    ["class W7 { n = 1; [await 's']() {} }\nnew W7().n", "1"],
    ["class W8 extends (await class { m() { return 10; } }) {}\nnew W8().m()", "10"],
    ["export const w9 = await import('node:path');\nw9.posix.basename('/a/b')", "'b'"],
    ["!(await false) && typeof (await null)", "'object'"],
    ["await using w10 = { async [Symbol.asyncDispose]() {} };\n11", "11"],
    ["export default await (12)", "12"],
    ["await Promise.resolve(new Promise(() => {})).constructor.name", "'Promise'"],
  ])("%s", async (cell, expected) => {
    expect(await results(cell)).toEqual([expected]);
  });
});

describe("one variable in several cells", () => {
  test("a later declaration, of another type too, is what an earlier function reads", async () => {
    const cells = ["let held = 1;\nconst read = () => held;", "const held = 'two';", "read()", "held.length"];
    expect(await results(...cells)).toEqual([undefined, undefined, "'two'", "3"]);
  });

  test("types hold across cells, and a constant stays one", async () => {
    await results("let rate = 1;\nconst fixed = 2;\nfunction f() {}");
    expect((await failure("rate = 'x';")).evalue).toContain("TS2322");
    expect((await failure("fixed = 3;")).evalue).toContain(
      "Cannot assign to 'fixed' because it is a constant",
    );
    expect((await failure("f = 4;")).evalue).toContain("Cannot assign to 'f' because it is a function");
    expect(await results("[rate, fixed]")).toEqual(["[ 1, 2 ]"]);
  });

  test("a cell that throws puts back what it declared anew", async () => {
    await results("let kept2 = 1;");
    await failure("let kept2 = 'x';\nthrow new Error('no');");
    expect(await results("kept2 + 1")).toEqual(["2"]);
  });

  test("what a cell declares globally is known to those after it", async () => {
    await results("declare global { var __declared: number }\nglobalThis.__declared = 3;");
    expect(await results("__declared + 1")).toEqual(["4"]);
  });
});

describe("the last expression", () => {
  test.each([
    ["1 + 1", "2"],
    ["1 + 1;", undefined],
    ["1 + 1 // why", "2"],
    ["undefined", undefined],
    ["const unshown = 1", undefined],
    ["Promise.resolve(1)", "Promise { 1 }"],
    ["'text'", "'text'"],
    ["'🙂'.slice(0, 1)", "'\\ud83d'"],
  ])("%s", async (cell, expected) => {
    expect(await results(cell)).toEqual([expected]);
  });

  test("a table is its first ten rows and its size", async () => {
    const make = "const numbers = Array.from({ length: 25 }, (_, i) => i);\n";
    const [ofArquero] = await results(
      `import { table } from "arquero";\n${make}table({ numbers, twice: numbers })`,
    );
    expect(ofArquero?.split("\n").at(-1)).toBe("25 rows × 2 columns, the first 10 shown");
    expect(ofArquero?.split("\n")).toHaveLength(13);
    const [ofDanfo] = await results(
      'import { DataFrame } from "danfojs-node";\nnew DataFrame({ a: [1, 2] })',
    );
    expect(ofDanfo?.split("\n").at(-1)).toBe("2 rows × 1 column");
  });

  test("arms with their runs are one line", async () => {
    const runs = (label: string, seeds: string) =>
      `{ arm: { label: "${label}" }, runs: [${seeds}].map((seed) => ({ record: { seed } })) }`;
    expect(
      await results(`[${runs("Adam", "1, 2, 3")}, ${runs("SGD", "1")}]`, `(${runs("Adam", "2")})`),
    ).toEqual(["2 arms, 4 runs, seeds 1, 2, 3", "Adam: 1 run, seed 2"]);
  });
});

describe("errors outside of a cell's own call", () => {
  test("a failure from elsewhere ends a cell that waits", async () => {
    const running = session.execute("await new Promise(() => {});");
    setTimeout(() => session.fail(new RangeError("late")), 50);
    const outcome = await running;
    expect(outcome.status === "error" && outcome.error.evalue).toBe("late");
    expect(session.fail(new Error("no cell runs"))).toBe(false);
  });
});

describe("errors", () => {
  test("a cause that leads back to its error ends there", async () => {
    const { traceback } = await failure("const self = new Error('a');\nself.cause = self;\nthrow self;");
    expect(traceback[0]).toBe("Error: a");
    expect(traceback.filter((line) => line.startsWith("Caused by"))).toEqual([]);
    const ring = await failure(
      "const one = new Error('one');\nconst two = new TypeError('two', { cause: one });\none.cause = two;\nthrow one;",
    );
    expect(ring.traceback.filter((line) => line.startsWith("Caused by"))).toEqual([
      "Caused by TypeError: two",
    ]);
  });

  test("a thrown value that cannot be read is an error all the same", async () => {
    const hostile = "throw { name: 'x', get message(): string { throw new Error('no'); } };";
    expect((await failure(hostile)).evalue).toBe("a value that cannot be shown");
  });

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

test("completion knows what a module exports, and the parameters of callbacks", async () => {
  expect(session.complete('import { DataF } from "danfojs-node"', 14).candidates).toContain("DataFrame");
  const callback = "[{ gamma: 1 }].map((row) => row.ga)";
  expect(session.complete(callback, callback.length - 1).candidates).toEqual(["gamma"]);
  await results('import { op, table as makeTable } from "arquero";');
  const derive = "makeTable({ a: [1] }).derive({ b: (row) => op.sq";
  expect(session.complete(derive, derive.length).candidates).toContain("sqrt");
  expect(await results("makeTable({ a: [4] }).derive({ b: (row) => op.sqrt(row.a) }).array('b')")).toEqual([
    "[ 2 ]",
  ]);
});
