import { describe, expect, it } from "vitest";
import { UserError } from "../../lib/errors.js";
import { deadShareByBatch, deadShareByCapacity } from "../../lib/figures/against.js";
import { bothMeasures } from "../../lib/figures/both-measures.js";
import { chart } from "../../lib/figures/chart.js";
import { deadAtLikeError, gapByOptimizer } from "../../lib/figures/comparisons.js";
import { frontier } from "../../lib/figures/frontiers.js";
import { type Mark, mean as meanMark, seeds } from "../../lib/figures/marks/index.js";
import { linear, names } from "../../lib/figures/scales.js";
import { mean, tInterval } from "../../lib/statistics.js";
import { legendOf, tracesOf } from "../support/figure-points.js";
import { madeUpArm, madeUpStudy } from "../support/made-up-runs.js";

interface Row {
  at: string;
  series: string;
  seed: number;
  value: number;
  divergedAt?: number;
}

const row = (value: number, seed: number, more: Partial<Row> = {}): Row => ({
  ...{ at: "first", series: "a", seed, value },
  ...more,
});
const seedRows = [1, 2, 6].map((value, i) => row(value, i + 1));
const diverged = row(Number.NaN, 4, { divergedAt: 80 });

/** Rows below each other, as dots. */
const dots = (rows: Row[], marks: Mark<object>[]) =>
  chart({
    title: "T",
    reading: "S",
    rows,
    x: { of: "value", scale: linear({ from: 0, to: 10 }), title: "x" },
    y: { of: "at", scale: names(["first", "second"]), title: "" },
    series: { of: "series", look: () => ({ color: "#000000" }), names: ["a", "b"] },
    marks,
  });

describe("means and seeds", () => {
  it("bars span the seeds, or the 95 % interval of their mean; a diverged seed counts for neither", () => {
    const bars = (spread: "range" | "interval") => {
      const [trace] = tracesOf(dots([...seedRows, diverged], [meanMark({ values: "x", spread })]));
      const { array, arrayminus } = trace!.error_x!;
      return [3 - arrayminus[0]!, 3 + array[0]!];
    };
    expect(bars("range")).toEqual([1, 6]);
    const [low, high] = tInterval([1, 2, 6]);
    expect(bars("interval")[0]).toBeCloseTo(low, 12);
    expect(bars("interval")[1]).toBeCloseTo(high, 12);
  });

  it("draw no bar for a single seed and nothing for none", () => {
    const own = meanMark({ values: "x", spread: "interval" });
    expect(tracesOf(dots([seedRows[0]!], [own]))[0]!.error_x).toMatchObject({ array: [0], arrayminus: [0] });
    expect(tracesOf(dots([diverged], [own]))).toEqual([]);
  });

  it("cross out diverged seeds, at the axis' end where they have no value", () => {
    const [trace] = tracesOf(dots([seedRows[0]!, diverged], [seeds({ values: "x" })]));
    expect(trace).toMatchObject({ x: [1, 10], marker: { symbol: ["circle", "x-thin"] } });
    expect(trace!.text![1]).toBe("first, seed 4, diverged at step 80");
  });
});

describe("dots", () => {
  it("put every series of every row beside each other and leave out what has no seeds", () => {
    const rows = (["first", "second"] as const).flatMap((at) =>
      (at === "first" ? ["a", "b"] : ["a"]).flatMap((series) =>
        seedRows.map((one) => ({ ...one, at, series })),
      ),
    );
    const figure = dots(rows, [meanMark({ values: "x", joined: false })]);
    expect(tracesOf(figure).map(({ y }) => y)).toEqual([[-0.155, 0.845], [0.155]]);
    expect(figure.layout.yaxis).toMatchObject({ ticktext: ["first", "second"], range: [1.5, -0.5] });
    expect(legendOf(figure)).toEqual(["a", "b"]);
  });

  it("say which column rows do not have, and which they have", () => {
    const spec = {
      title: "T",
      reading: "S",
      rows: seedRows,
      y: { of: "at", scale: names(), title: "" },
      marks: [],
    };
    expect(() => chart({ ...spec, x: { of: "valeu", title: "x" } })).toThrow(
      /no column "valeu".*at, series, seed, value/,
    );
  });

  it("show both measures of every condition, a panel per penalty strength, diverged runs crossed out", () => {
    const arms = [
      madeUpArm({ lambda: 1e-3 }),
      madeUpArm({ lambda: 1e-3, optimizer: "SGD+momentum", divergedSeeds: [1, 2, 3] }),
      madeUpArm({ lambda: 3e-3 }),
    ];
    const figure = bothMeasures(arms, { title: "T", row: ({ optimizer }) => optimizer });
    expect(legendOf(figure).at(-1)).toBe("diverged");
    expect(tracesOf(figure)[0]!.x[0]).toBeCloseTo(
      mean(arms[0]!.runs.map(({ record }) => 100 * record.final.deadByActivation)),
      10,
    );
    expect(new Set(tracesOf(figure).map(({ xaxis }) => xaxis))).toEqual(new Set(["x2", undefined]));
  });
});

describe("against a quantity", () => {
  it("places arms at the logarithm of what varies, in ascending order", () => {
    const arms = [16, 4, 8].map((width) => madeUpArm({ widths: [width, width], lambda: 1e-3 }));
    const figure = deadShareByCapacity([{ name: "Width", arms }]);
    const [share] = tracesOf(figure);
    expect(share!.x).toEqual([3, 4, 5]);
    expect((figure.layout.xaxis as { ticktext: string[] }).ticktext).toEqual(["8", "16", "32"]);
    const survivors = tracesOf(figure).find(({ yaxis, mode }) => yaxis === "y2" && mode === "lines+markers")!;
    const counts = arms[0]!.runs.map(({ record }) => 32 * (1 - record.final.deadByActivation));
    expect(survivors.y[2]).toBeCloseTo(mean(counts), 10);
  });

  it("names each series once over all panels", () => {
    const arms = [madeUpArm({ lambda: 1e-3 })];
    const figure = deadShareByBatch([
      { name: "Equal epochs", arms },
      { name: "Equal steps", arms },
    ]);
    expect(legendOf(figure)).toEqual(["dead by activation", "dead by scale"]);
  });
});

describe("the frontier", () => {
  it("draws the reference in every panel but has none of its own", () => {
    const figure = frontier(madeUpStudy({ seeds: [1] }), { panels: "optimizer", reference: "SGD+momentum" });
    expect((figure.layout.annotations as { text: string }[]).map(({ text }) => text)).toEqual([
      "<b>Adam</b>",
    ]);
    expect(legendOf(figure)).toEqual(["SGD+momentum (in every panel)"]);
  });

  it("tells forms of a penalty apart by filled and open marks, a panel per optimizer", () => {
    const arms = (["Adam", "SGD+momentum"] as const).flatMap((optimizer) => [
      madeUpArm({ optimizer, seeds: [1] }),
      madeUpArm({ optimizer, lambda: 1e-3, seeds: [1] }),
      madeUpArm({ optimizer, lambda: 1e-3, kind: "decoupled", seeds: [1] }),
    ]);
    const figure = frontier(arms, { panels: "optimizer" });
    const lines = tracesOf(figure).filter(({ mode }) => mode === "lines+markers");
    expect(lines.map(({ xaxis, marker }) => [xaxis, marker!.symbol])).toEqual([
      [undefined, "circle"],
      [undefined, "circle-open"],
      ["x2", "diamond"],
      ["x2", "diamond-open"],
    ]);
  });
});

describe("figures by optimizer", () => {
  const rows = [1, 2, 3].flatMap((seed) => [
    { optimizer: "Adam", seed, dead: 40 + seed, sgd: 10 },
    { optimizer: "RMSProp", seed, dead: seed === 3 ? Number.NaN : 20, sgd: 10 },
  ]);

  it("show the paired difference to SGD beside both shares, and say which seeds are left", () => {
    const figure = deadAtLikeError(rows, { margin: 1 });
    const differences = tracesOf(figure).filter(
      ({ xaxis, error_x }) => xaxis === "x2" && error_x !== undefined,
    );
    expect(differences.map(({ x }) => x[0])).toEqual([32, 10]);
    expect(JSON.stringify(figure.layout.title)).toContain("2 to 3 seeds per optimizer");
  });

  it("leave out the gap where SGD never loses as many filters", () => {
    const figure = gapByOptimizer([
      { optimizer: "Adam", seed: 1, best: 2, equal: Number.NaN, penalized: Number.NaN },
      { optimizer: "Adam", seed: 2, best: 3, equal: 1, penalized: 1 },
    ]);
    const means = tracesOf(figure).filter(({ error_x }) => error_x !== undefined);
    expect(means.map(({ x }) => x)).toEqual([[2.5], [1]]);
  });

  it("refuse rows without a finite value, and say what to do", () => {
    expect(() => deadAtLikeError([], { margin: 1 })).toThrow(/npm run reproduce/);
    expect(() =>
      gapByOptimizer([{ optimizer: "Adam", seed: 1, best: Number.NaN, equal: 1, penalized: 1 }]),
    ).toThrow(UserError);
  });
});
