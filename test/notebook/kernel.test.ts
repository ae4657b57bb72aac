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
      'import { show } from "./lib/dist/notebook/display.js";\n' +
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
      'import { parseRunConfig } from "./lib/dist/runs/config.js";\nparseRunConfig({});',
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

  const begun = 'import { show } from "./lib/dist/notebook/display.js";\nshow({ "text/plain": "begun" });\n';
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

  test("shuts down even while a timer runs", async () => {
    await kernel.execute("setInterval(() => {}, 1000);\nnull");
    expect(await kernel.shutDown()).toBe(0);
  });
});
