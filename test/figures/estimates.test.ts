import { describe, expect, it } from "vitest";
import { UserError } from "../../lib/errors.js";
import { bothMeasures } from "../../lib/figures/both-measures.js";
import { deadShareByBatch } from "../../lib/figures/by-batch.js";
import { deadShareByCapacity } from "../../lib/figures/by-capacity.js";
import { deadAtLikeError, gapByOptimizer } from "../../lib/figures/by-optimizer.js";
import { dots } from "../../lib/figures/dots.js";
import { meanTrace, seedTrace } from "../../lib/figures/estimates.js";
import type { PlotlyFigure } from "../../lib/figures/figure.js";
import { frontier } from "../../lib/figures/frontier.js";
import { mean, tInterval } from "../../lib/statistics.js";
import { madeUpArm, madeUpStudy } from "../support/made-up-runs.js";

const look = {
  name: "A",
  style: { color: "#000000", symbol: "circle" },
  axes: { x: "x", y: "y" },
};
const seeds = [1, 2, 6].map((value, i) => ({ seed: i + 1, value }));
const diverged = { seed: 4, value: Number.NaN, divergedAt: 80 };

/** Legends of a figure, in order. */
const legendOf = ({ data }: PlotlyFigure): unknown[] =>
  data.filter(({ showlegend, name }) => showlegend !== false && name !== undefined).map(({ name }) => name);

describe("means and seeds", () => {
  it("bars span the seeds, or the 95 % interval of their mean; a diverged seed counts for neither", () => {
    const point = { at: 3, label: "here", seeds: [...seeds, diverged] };
    const bars = (spread: "range" | "interval") => {
      const trace = meanTrace([point], { ...look, spread });
      const { array, arrayminus } = trace.error_y as { array: number[]; arrayminus: number[] };
      return [3 - arrayminus[0]!, 3 + array[0]!];
    };
    expect(bars("range")).toEqual([1, 6]);
    const [low, high] = tInterval([1, 2, 6]);
    expect(bars("interval")[0]).toBeCloseTo(low, 12);
    expect(bars("interval")[1]).toBeCloseTo(high, 12);
  });

  it("draw no bar for a single seed and nothing for none", () => {
    const one = meanTrace([{ at: 0, label: "", seeds: [seeds[0]!] }], { ...look, spread: "interval" });
    expect(one.error_y).toMatchObject({ array: [0], arrayminus: [0] });
    expect(meanTrace([{ at: 0, label: "", seeds: [diverged] }], look)).toMatchObject({ x: [], y: [] });
  });

  it("cross out diverged seeds, at the limit where they have no value", () => {
    const trace = seedTrace([{ at: 0, label: "here", seeds: [seeds[0]!, diverged] }], {
      ...look,
      values: "x",
      nudge: 0.5,
      limit: 100,
    });
    expect(trace).toMatchObject({ x: [1, 100], y: [0.5, 0.5], marker: { symbol: ["circle", "x-thin"] } });
    expect((trace.text as string[])[1]).toBe("here, seed 4, diverged at step 80");
  });
});

describe("dots", () => {
  it("put every series of every row beside each other and leave out what has no seeds", () => {
    const figure = dots({
      title: "T",
      subtitle: ["S"],
      rows: ["first", "second"],
      series: ["a", "b"].map((name) => ({ name, style: look.style })),
      panels: [
        {
          name: "P",
          title: "x",
          range: [0, 10],
          seeds: (row, { name }) => (row === "second" && name === "b" ? [] : seeds),
        },
      ],
    });
    const means = figure.data.filter(({ error_x }) => error_x !== undefined);
    expect(means.map(({ y }) => (y as number[])[0])).toEqual([-0.155, 0.845, 0.155]);
    expect(figure.layout.yaxis).toMatchObject({ ticktext: ["first", "second"], range: [1.5, -0.5] });
    expect(legendOf(figure)).toEqual(["a", "b"]);
  });

  it("show both measures of every condition, a panel per penalty strength, diverged runs crossed out", () => {
    const arms = [
      madeUpArm({ lambda: 1e-3 }),
      madeUpArm({ lambda: 1e-3, optimizer: "SGD+momentum", divergedSeeds: [1, 2, 3] }),
      madeUpArm({ lambda: 3e-3 }),
    ];
    const figure = bothMeasures(arms, { title: "T", row: ({ optimizer }) => optimizer });
    expect(legendOf(figure).at(-1)).toBe("diverged");
    const first = figure.data[0]! as { x: number[]; xaxis: string };
    expect(first.x[0]).toBeCloseTo(
      mean(arms[0]!.runs.map(({ record }) => 100 * record.final.deadByActivation)),
      10,
    );
    expect(new Set(figure.data.map(({ xaxis }) => xaxis))).toEqual(new Set(["x", "x2", undefined]));
  });
});

describe("against a quantity", () => {
  it("places arms at the logarithm of what varies, in ascending order", () => {
    const arms = [16, 4, 8].map((width) => madeUpArm({ widths: [width, width], lambda: 1e-3 }));
    const figure = deadShareByCapacity([{ name: "Width", arms }]);
    const [share] = figure.data as [{ x: number[] }];
    expect(share.x).toEqual([3, 4, 5]);
    expect((figure.layout.xaxis as { ticktext: string[] }).ticktext).toEqual(["8", "16", "32"]);
    const survivors = figure.data.find(({ yaxis, mode }) => yaxis === "y2" && mode === "lines+markers")!;
    const counts = arms[0]!.runs.map(({ record }) => 32 * (1 - record.final.deadByActivation));
    expect((survivors.y as number[])[2]).toBeCloseTo(mean(counts), 10);
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
    const lines = figure.data.filter(({ mode }) => mode === "lines+markers");
    expect(lines.map(({ xaxis, marker }) => [xaxis, (marker as { symbol: string }).symbol])).toEqual([
      ["x", "circle"],
      ["x", "circle-open"],
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
    const differences = figure.data.filter(({ xaxis, error_x }) => xaxis === "x2" && error_x !== undefined);
    expect(differences.map(({ x }) => (x as number[])[0])).toEqual([32, 10]);
    expect(JSON.stringify(figure.layout.title)).toContain("2 to 3 seeds per optimizer");
  });

  it("leave out the gap where SGD never loses as many filters", () => {
    const figure = gapByOptimizer([
      { optimizer: "Adam", seed: 1, best: 2, equal: Number.NaN, penalized: Number.NaN },
      { optimizer: "Adam", seed: 2, best: 3, equal: 1, penalized: 1 },
    ]);
    const means = figure.data.filter(({ error_x }) => error_x !== undefined);
    expect(means.map(({ x }) => x)).toEqual([[2.5], [1]]);
  });

  it("refuse rows without a finite value, and say what to do", () => {
    expect(() => deadAtLikeError([], { margin: 1 })).toThrow(/npm run reproduce/);
    expect(() =>
      gapByOptimizer([{ optimizer: "Adam", seed: 1, best: Number.NaN, equal: 1, penalized: 1 }]),
    ).toThrow(UserError);
  });
});
