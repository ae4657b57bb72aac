import { describe, expect, it } from "vitest";
import { busyShare, busyWarning } from "../../lib/bench/busy.js";
import { memoryText } from "../../lib/bench/tables.js";
import { namedWorks } from "../../lib/bench/work.js";
import { command } from "../cli/command.js";

describe("works", () => {
  it("have a name each, and fill the machine with workers or threads where they say so", () => {
    const works = namedWorks(6);
    const names = works.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, workers, work } of works) {
      expect(workers).toBe(name.endsWith("-all-workers") ? 6 : 1);
      expect(work.threads).toBe(name.endsWith("-all-threads") ? 6 : 1);
    }
  });
});

describe("a busy machine", () => {
  const cpu = (busy: number, idle: number) => ({
    model: "",
    speed: 0,
    times: { user: busy, nice: 0, sys: 0, idle, irq: 0 },
  });

  it("is told by the processors' times", () => {
    expect(busyShare([cpu(100, 100), cpu(0, 0)], [cpu(130, 110), cpu(0, 40)])).toBeCloseTo(30 / 80, 12);
    expect(busyShare([cpu(1, 1)], [cpu(1, 1)])).toBe(0);
  });

  it("is warned of", () => {
    expect(busyWarning(0.04, 2)).toBeUndefined();
    expect(busyWarning(0.5, 2)).toMatch(/^Warning: other processes take 50 % of the 2 cores/);
  });
});

describe("memory", () => {
  it("becomes a table", () => {
    const text = memoryText([
      {
        work: "lite",
        engine: "wasm",
        steps: [1000, 10_000],
        residentBytes: [100 * 2 ** 20, 103 * 2 ** 20],
        growth: 1.03,
        peakBytes: 120 * 2 ** 20,
        tensors: [4, 4],
      },
    ]);
    expect(
      text
        .split("\n")
        .at(-1)!
        .split(/\s{2,}/),
    ).toEqual(["lite", "wasm", "1000 to 10000", "100 to 103", "3.0", "120", "4 to 4"]);
  });
});

describe("the command", () => {
  it.each([
    ["bench --only lite-sdg", /Unknown work "lite-sdg"\. Did you mean lite-sgd\? Works: lite, /],
    [
      "bench --peer keras",
      /Unknown peer "keras"\. Peers: eager, compiled, eager-tf32, compiled-tf32, jax, layers\./,
    ],
    ["bench --seconds 0", /--seconds is "0"\. Expected a number above 0/],
    ["bench --profile --memory", /--profile and --memory exclude each other/],
    ["bench --profile --engine webgpu", /Engine webgpu cannot do this with lite\. .* tensorflow, wasm\./],
    ["bench --engine wasm --only full-all-threads", /Engine wasm cannot do this with full-all-threads/],
    ["bench --steps 10", /--steps goes with --profile or --memory/],
  ])("used wrongly ends in one line: %s", async (words, line) => {
    const { code, stdout, lines } = await command(words);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(line);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });

  it("lists the works", async () => {
    const { stdout } = await command("bench --list");
    expect(stdout).toMatch(/^lite-amsgrad +step with amsgrad of basicnet/m);
  });
});

describe("each measurement, shortest possible, prints JSON", () => {
  const run = async (words: string) =>
    JSON.parse((await command(`bench --engine wasm --json ${words}`)).stdout);

  it("of speed", async () => {
    const results = await run("--only quick --rounds 1 --seconds 0.001 --peer eager --peer layers");
    expect(results.at(-1)).toMatchObject({
      work: "quick",
      engine: "wasm",
      peer: "tfjs layers",
      workers: 1,
      ratio: null,
      problem: expect.stringMatching(/Conv2DBackpropFilter/),
    });
    // Where there is a PyTorch, it does the same computation.
    for (const { peer, problem } of results.slice(0, -1)) {
      expect(peer).toMatch(/^PyTorch/);
      expect(problem).toBeUndefined();
    }
    for (const { msPerStep } of results) expect(msPerStep).toBeGreaterThan(0);
  });

  it("of a profile", async () => {
    const [{ operations }] = await run("--profile --only quick --steps 2");
    const names = operations.map(({ op }: { op: string }) => op);
    expect(names).toContain("conv2dFilterGradient");
    expect(operations).toHaveLength(10);
  });

  it("of memory", async () => {
    const [{ steps, tensors, residentBytes }] = await run("--memory --only quick --steps 10");
    expect(steps).toEqual([1, 10]);
    expect(tensors[1]).toBe(tensors[0]);
    expect(residentBytes[1]).toBeGreaterThan(1e6);
  });
});
