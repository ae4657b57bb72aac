import { describe, expect, it } from "vitest";
import { BenchProcess } from "../../lib/bench/side.js";

const start = (source: string, command = process.execPath) =>
  new BenchProcess({ name: "A peer", command, args: ["-e", source], environment: {} });
const request = { sgemm: 2, threads: 1, steps: 1 };

describe("a process of the benchmark", () => {
  it("says what it is and answers", async () => {
    const echo = `console.log('{"ready":true,"torch":"2"}');
      process.stdin.on("data", (text) => console.log(JSON.stringify({ millisecondsPerStep: [JSON.parse(text).sgemm] })));`;
    const process = start(echo);
    expect(await process.ready()).toEqual({ ready: true, torch: "2" });
    expect(await process.ask(request)).toEqual({ millisecondsPerStep: [2] });
    process.close();
  });

  it.each([
    ["says why it cannot start", `console.log('{"error":"no GPU"}')`, /^A peer cannot start: no GPU$/],
    ["dies with a word", `throw new Error("out of memory")`, /^A peer ended: /],
    ["dies without one", "", /^A peer ended: no word$/],
  ])("is reported where it %s", async (_, source, message) => {
    await expect(start(source).ready()).rejects.toThrow(message);
  });

  it("is reported where there is no such program", async () => {
    await expect(start("", "/no/such/python").ready()).rejects.toThrow(/^A peer ended: .*ENOENT/);
  });
});
