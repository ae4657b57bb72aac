import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelClient } from "./kernel-client.js";

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start();
}, 60_000);
afterAll(() => kernel?.dispose());

describe("the kernel that the repository brings", () => {
  test("counts cells and returns the last value", async () => {
    const { reply, outputs } = await kernel.execute("const two: number = 2;\ntwo + 1");
    expect(reply.content).toMatchObject({ status: "ok", execution_count: 1 });
    expect(outputs.map(({ type }) => type)).toEqual(["execute_input", "execute_result"]);
    expect(outputs[0]?.content).toMatchObject({ execution_count: 1 });
    expect(outputs[1]?.content).toMatchObject({ data: { "text/plain": "3" }, execution_count: 1 });
  });

  test("loses no line of a long print, and sends few messages", async () => {
    const { outputs } = await kernel.execute(
      'for (let i = 0; i < 5000; i++) console.log("line", i);\nconsole.error("aside");',
    );
    const streams = outputs.filter(({ type }) => type === "stream");
    expect(streams.length).toBeLessThan(10);
    const printed = streams
      .filter(({ content }) => content.name === "stdout")
      .map(({ content }) => content.text);
    expect(printed.join("").trimEnd().split("\n")).toHaveLength(5000);
    expect(streams.at(-1)?.content).toEqual({ name: "stderr", text: "aside\n" });
  });

  test("shows a bundle of MIME types, and replaces it", async () => {
    const { outputs } = await kernel.execute(
      'import { show } from "../lib/dist/notebook/display.js";\n' +
        'const shown = show({ "text/plain": "one", "text/markdown": "*one*" });\n' +
        'console.log("between");\nshown.update({ "text/plain": "two" });',
    );
    expect(outputs.map(({ type }) => type)).toEqual([
      "execute_input",
      "display_data",
      "stream",
      "update_display_data",
    ]);
    const [, first, , second] = outputs;
    expect(first?.content.data).toEqual({ "text/plain": "one", "text/markdown": "*one*" });
    expect(second?.content.transient).toEqual(first?.content.transient);
  });

  test("an exception is an error output that points into the cell that holds the code", async () => {
    await kernel.execute(
      "function shout(text: string | undefined): string {\n  // why\n  return text!.toUpperCase();\n}",
    );
    const { reply, outputs } = await kernel.execute(
      "interface Unused { x: number }\nawait Promise.resolve();\nshout(undefined);",
    );
    const error = outputs.at(-1);
    expect(error).toMatchObject({ type: "error", content: { ename: "TypeError" } });
    expect(reply.content).toMatchObject({ status: "error", ename: "TypeError", execution_count: 5 });
    expect(error?.content.traceback).toEqual([
      "TypeError: Cannot read properties of undefined (reading 'toUpperCase')",
      "cell [4], line 3, column 16",
      "  1 | function shout(text: string | undefined): string {",
      "  2 |   // why",
      "> 3 |   return text!.toUpperCase();",
      "    |                ^",
      "  4 | }",
      "    at shout (cell [4]:3:16)",
      "    at cell [5]:3:1",
    ]);
  });

  test("an error of the library points to its TypeScript", async () => {
    const { outputs } = await kernel.execute(
      'import { parseRunConfig } from "../lib/dist/runs/config.js";\nparseRunConfig({});',
    );
    const error = outputs.at(-1)?.content;
    expect(error?.ename).toBe("UsageError");
    expect(String(error?.traceback)).toMatch(/at parseRunConfig \(lib\/runs\/config\/run\.ts:\d+:\d+\)/);
  });

  test("cells queued behind a failing one do not run", async () => {
    const [failed, queued] = await Promise.all([
      kernel.execute('await new Promise((resolve) => setTimeout(resolve, 50));\nthrow new Error("stop");'),
      kernel.execute('console.log("must not run");'),
    ]);
    expect(failed.reply.content.status).toBe("error");
    expect(queued.reply.content.status).toBe("aborted");
    expect(queued.outputs).toEqual([]);
  });

  const begun = 'import { show } from "../lib/dist/notebook/display.js";\nshow({ "text/plain": "begun" });\n';
  // A reader's interrupt comes while a cell waits or computes, not within the microseconds in which it is entered.
  const interrupt = { onDisplay: () => setTimeout(() => kernel.interrupt(), 50) };

  test("an interrupt drops what is queued, and no library ends the kernel on it", async () => {
    await kernel.execute('process.on("SIGINT", () => process.exit(130));\nnull');
    const [waiting, queued] = await Promise.all([
      kernel.execute(`${begun}await new Promise(() => {});`, interrupt),
      kernel.execute('throw new Error("must not run");'),
    ]);
    expect(waiting.reply.content.ename).toBe("Interrupted");
    expect(queued.reply.content.status).toBe("aborted");
    expect((await kernel.execute("1 + 1")).reply.content.status).toBe("ok");
  });

  test("an interrupt ends an endless loop", async () => {
    const { reply } = await kernel.execute(`${begun}for (;;) {}`, interrupt);
    expect(reply.content).toMatchObject({ status: "error", ename: "Interrupted" });
    expect((await kernel.execute("1 + 1")).reply.content.status).toBe("ok");
  });

  test("halves of surrogate pairs become whole characters wherever they are sent", async () => {
    const half = '"🙂".slice(0, 1)';
    const cells = [
      `console.log(${half});`,
      `console.error({ [${half}]: ${half} });`,
      `${half} + "!"`,
      `throw new Error(${half});`,
      `throw ${half};`,
      `import { show } from "../lib/dist/notebook/display.js";\nshow({ "text/plain": ${half}, "application/json": { [${half}]: [${half}] } });`,
      'process.stdout.write("🙂".slice(0, 1));\nprocess.stdout.write("🙂".slice(1));',
    ];
    for (const cell of cells) {
      const { reply, outputs } = await kernel.execute(cell);
      const sent = JSON.stringify([reply, ...outputs.slice(1)]);
      expect(sent).not.toMatch(/[^\\]\\ud[89a-f]/);
    }
    const { outputs } = await kernel.execute(cells.at(-1)!);
    expect(outputs[1]?.content).toEqual({ name: "stdout", text: "🙂" });
  });

  test("positions are counted in code points", async () => {
    const code = '"🙂🙂"; "abc".toUpper';
    const [all, units] = [[...code].length, code.length];
    const { content } = await kernel.request("complete_request", { code, cursor_pos: all });
    expect(units - all).toBe(2);
    expect(content).toMatchObject({ cursor_start: all - "toUpper".length, cursor_end: all });
    expect(content.matches).toContain("toUpperCase");
    const found = await kernel.request("inspect_request", {
      code: '"🙂🙂"; Math.max',
      cursor_pos: all - "toUpper".length - 1,
    });
    expect(String((found.content.data as Record<string, string>)["text/plain"])).toContain("max(");
  });

  test.each([
    ["execute_request", {}],
    ["execute_request", { code: 5 }],
    ["execute_request", null],
    ["execute_request", []],
    ["complete_request", { code: "a" }],
    ["complete_request", { code: "a", cursor_pos: -1 }],
    ["complete_request", {}],
    ["inspect_request", { cursor_pos: 1 }],
    ["is_complete_request", {}],
  ])("a %s with the content %j is answered with an error, and the next cell runs", async (type, content) => {
    expect((await kernel.request(type, content as object)).content).toMatchObject({ status: "error" });
    expect((await kernel.execute("1 + 1")).reply.content.status).toBe("ok");
  });

  test("frames that are no signed message are passed over", async () => {
    for (const frames of [
      [],
      ["<IDS|MSG>"],
      ["<IDS|MSG>", "no signature", "{}", "{}", "{}", "{}"],
      ["x", "y"],
    ])
      await kernel.sendFrames(frames);
    expect((await kernel.execute("1 + 1")).reply.content.status).toBe("ok");
  });

  test("a throw in a timer, and a rejection that nobody awaits, fail the cell that runs", async () => {
    const timer = 'setTimeout(() => { throw new RangeError("late"); }, 5);\nawait new Promise(() => {});';
    expect((await kernel.execute(timer)).reply.content).toMatchObject({ status: "error", evalue: "late" });
    const rejected = await kernel.execute('Promise.reject(new RangeError("nobody"));\n1');
    expect(rejected.reply.content).toMatchObject({ status: "error", evalue: "nobody" });
  });

  test("shuts down even while a timer runs", async () => {
    await kernel.execute("setInterval(() => {}, 1000);\nnull");
    expect(await kernel.shutDown()).toBe(0);
  });
});

test.each([
  ["awaits", "await new Promise(() => {});"],
  ["computes", "for (;;) {}"],
])(
  "an interrupt right behind the first cell of a fresh kernel, which %s, ends it",
  async (_, code) => {
    const fresh = await KernelClient.start();
    try {
      const running = fresh.execute(code);
      fresh.interrupt();
      expect((await running).reply.content).toMatchObject({ status: "error", ename: "Interrupted" });
      expect((await fresh.execute("1 + 1")).reply.content.status).toBe("ok");
    } finally {
      fresh.dispose();
    }
  },
  60_000,
);
