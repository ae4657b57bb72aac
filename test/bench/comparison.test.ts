import { describe, expect, it } from "vitest";
import { compareSides, stepMacs } from "../../lib/bench/comparison.js";
import { gigaflops } from "../../lib/bench/sgemm.js";
import { comparisonText } from "../../lib/bench/tables.js";
import type { SideTimes } from "../../lib/bench/turns.js";
import { namedWorks } from "../../lib/bench/work.js";

const lite = namedWorks(2).find(({ name }) => name === "lite-all-workers")!;
const ours: SideTimes = {
  name: "wasm",
  rounds: [
    [10, 10, 100],
    [20, 20],
  ],
  macs: 1e6,
  parameters: 500,
  sgemmGigaflops: 20,
};
const torch: SideTimes = {
  name: "PyTorch 2",
  rounds: [
    [20, 20],
    [10, 10],
  ],
  macs: 1e6,
  parameters: 500,
  sgemmGigaflops: 96,
};

describe("a comparison", () => {
  it("takes medians over all steps, and the ratio round by round", () => {
    const [result] = compareSides(lite, ours, [torch]);
    expect(result).toMatchObject({
      work: "lite-all-workers",
      engine: "wasm",
      peer: "PyTorch 2",
      workers: 2,
      threads: 1,
      msPerStep: 20,
      peerMsPerStep: 15,
      ratio: 1.25,
      spread: [0.5, 2],
      // Two workers of 40 images in 20 ms.
      imagesPerSecond: 4000,
      sgemmGigaflops: { engine: 20, peer: 96 },
    });
  });

  it("sets the steps' arithmetic against the best matrix product of either side", () => {
    const [result] = compareSides(lite, ours, [torch]);
    // 80 images of 3 million multiply-accumulates, 2 operations each, in 20 ms.
    expect(result!.gigaflops).toBeCloseTo(24, 12);
    expect(result!.shareOfSgemm).toBeCloseTo(0.25, 12);
    expect(stepMacs("train", 5)).toBe(15);
    expect(stepMacs("evaluate", 5)).toBe(5);
    expect(gigaflops(1e9, 1000)).toBe(2);
  });

  it("has one entry for each peer, and one without a peer", () => {
    const layers = { name: "tfjs layers", rounds: [[100], [200]] };
    expect(compareSides(lite, ours, [torch, layers]).map(({ peer, ratio }) => [peer, ratio])).toEqual([
      ["PyTorch 2", 1.25],
      ["tfjs layers", 10],
    ]);
    expect(compareSides(lite, ours, [])).toMatchObject([
      { peer: null, peerMsPerStep: null, ratio: null, spread: null },
    ]);
  });

  it("says why there is no ratio", () => {
    const absent = { name: "tfjs layers", rounds: [], problem: "no kernel" };
    const other = { ...torch, parameters: 501 };
    expect(compareSides(lite, ours, [absent, other])).toMatchObject([
      { ratio: null, problem: "no kernel" },
      { ratio: null, problem: "another computation, of 501 parameters instead of 500" },
    ]);
  });

  it("becomes one row of a table with its ratio to each peer, and to the one it is least ahead of", () => {
    const layers = { name: "tfjs layers", rounds: [], problem: "no kernel" };
    const slower = { ...torch, name: "JAX 1", rounds: [[100], [200]] };
    const text = comparisonText(compareSides(lite, ours, [slower, torch, layers]));
    const row = text.split("\n").find((line) => line.startsWith("lite-all-workers"))!;
    expect(row.split(/\s{2,}/)).toEqual([
      ...["lite-all-workers", "wasm", "2", "20.0", "4000", "25"],
      ...["10.00", "1.25", "–"],
      ...["PyTorch 2", "15.0", "1.25", "0.50 to 2.00"],
    ]);
    expect(text).toMatch(/^lite-all-workers: no kernel$/m);
  });
});
