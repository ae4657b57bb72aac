import { describe, expect, it } from "vitest";
import { UserError } from "../../lib/errors.js";
import { deadShareByBatch, deadShareByCapacity, deadShareByClasses } from "../../lib/figures/against.js";
import { bothMeasures } from "../../lib/figures/both-measures.js";
import { deadShareByPenalty, errorByPenalty } from "../../lib/figures/by-penalty.js";
import type { PlotlyFigure } from "../../lib/figures/figure.js";
import { gammaBetaScatter } from "../../lib/figures/filters.js";
import { earlyOrLate, frontier } from "../../lib/figures/frontiers.js";
import { gammaHistogram, gammaHistograms, universalityHistograms } from "../../lib/figures/histograms.js";
import { deadShareByLayer, selectivityByLayer } from "../../lib/figures/layers.js";
import { deadShareBySchedule, deadShareOverTraining } from "../../lib/figures/over-training.js";
import { penalty } from "../../lib/figures/scales.js";
import { survivalBySelectivity } from "../../lib/figures/survival.js";
import { mean } from "../../lib/statistics.js";
import type { ArmRuns } from "../../lib/study/arm.js";
import { epochRows } from "../../lib/study/run-rows.js";
import { legendOf, tracesOf } from "../support/figure-points.js";
import { madeUpArm, madeUpConfig, madeUpRun, madeUpStudy } from "../support/made-up-runs.js";

const label = ({ arm }: ArmRuns) => arm.label;

const builders: [string, (arms: ArmRuns[]) => PlotlyFigure][] = [
  ["deadShareByPenalty", deadShareByPenalty],
  ["errorByPenalty", errorByPenalty],
  ["gammaHistograms", gammaHistograms],
  ["deadShareOverTraining", deadShareOverTraining],
  ["deadShareByLayer", deadShareByLayer],
  ["frontier", frontier],
  ["frontier in panels", (arms) => frontier(arms, { panels: "optimizer", reference: "SGD+momentum" })],
  ["bothMeasures", (arms) => bothMeasures(arms, { title: "Both", row: ({ optimizer }) => optimizer })],
  ["deadShareByBatch", (arms) => deadShareByBatch([{ name: "Equal steps", arms }])],
  ["deadShareByClasses", deadShareByClasses],
  ["deadShareByCapacity", (arms) => deadShareByCapacity([{ name: "Width", arms }])],
  ["deadShareBySchedule", (arms) => deadShareBySchedule(arms, { name: label })],
  ["selectivityByLayer", selectivityByLayer],
  ["earlyOrLate", (arms) => earlyOrLate(arms, { difference: ({ record }) => 10 * record.final.deadByScale })],
  ["gammaBetaScatter", gammaBetaScatter],
  ["survivalBySelectivity", survivalBySelectivity],
  ["universalityHistograms", universalityHistograms],
];

const textsOf = (figure: PlotlyFigure): string[] =>
  (figure.layout.annotations as { text: string }[]).map(({ text }) => text);
const subtitleOf = (figure: PlotlyFigure): string =>
  (figure.layout.title as { subtitle: { text: string } }).subtitle.text;

const study = madeUpStudy();

describe.each(builders)("%s", (_, build) => {
  it("is plain JSON, so that a notebook, a page and an export draw the same", () => {
    const figure = build(study);
    expect(JSON.parse(JSON.stringify(figure))).toEqual(figure);
  });

  it("says how many seeds and which data, and where seeds are missing or diverged", () => {
    expect(subtitleOf(build(study)).replaceAll("<br>", " ")).toMatch(
      /3 seeds per arm[.,].*made-up \(builtin\).*16×16/,
    );
    const holes = [
      madeUpArm({ seeds: [1, 2] }),
      madeUpArm({ lambda: 1e-3, divergedSeeds: [3] }),
      madeUpArm({ lambda: 1e-2, seeds: [] }),
    ];
    const subtitle = subtitleOf(build(holes)).replaceAll("<br>", " ");
    expect(subtitle).toContain("2 to 3 seeds per arm, 1 of 3 arms not trained, 1 diverged run left out");
  });

  it("draws one arm, and arms whose runs all diverged, without numbers that are not finite", () => {
    for (const arms of [
      [madeUpArm({ lambda: 1e-3 })],
      [madeUpArm()],
      [madeUpArm({ divergedSeeds: [1, 2, 3] })],
    ]) {
      const values = JSON.stringify(build(arms), (_key, value: unknown) =>
        typeof value === "number" && !Number.isFinite(value) ? "not finite" : value,
      );
      expect(values).not.toContain("not finite");
    }
  });

  it("refuses no arms and arms without runs, and says what to do", () => {
    expect(() => build([])).toThrow(UserError);
    expect(() => build([madeUpArm({ seeds: [] })])).toThrow(/npm run reproduce/);
  });
});

describe("figures against lambda", () => {
  it("keep a place for 0 left of the smallest lambda, behind a break", () => {
    const { place, decorate, axis, joins } = penalty([0, 1e-4, 1e-2]);
    const breakAt = decorate!.shapes[0]!.x0 as number;
    expect(place(1e-4)).toBeCloseTo(-4, 12);
    expect(place(0)).toBeLessThan(place(1e-4));
    expect(breakAt).toBeGreaterThan(place(0));
    expect(breakAt).toBeLessThan(place(1e-4));
    expect(axis.ticktext).toEqual(["0", "10<sup>−4</sup>", "10<sup>−2</sup>"]);
    expect([joins(0, 1e-4), joins(1e-4, 1e-2)]).toEqual([false, true]);
    expect(penalty([1e-3]).decorate).toBeUndefined();
  });

  it("show every seed, join means only where there is a penalty, and never join 0 to the rest", () => {
    const traces = tracesOf(deadShareByPenalty(study, { measure: "scale" }));
    const lines = traces.filter(({ mode }) => mode === "lines+markers");
    expect(lines.map(({ x }) => x.length).sort()).toEqual([1, 1, 3, 3]);
    const seeds = traces.filter(({ mode, text }) => mode === "markers" && text !== undefined);
    expect(seeds.map(({ x }) => x.length)).toEqual([12, 12]);
  });

  it("plot the mean of the seeds in percent and their range", () => {
    const arm = madeUpArm({ lambda: 1e-3, deadShare: 0.4 });
    const shares = arm.runs.map(({ record }) => 100 * record.final.deadByScale);
    const [line] = tracesOf(deadShareByPenalty([arm], { measure: "scale" }));
    const { array, arrayminus } = line!.error_y!;
    expect(line!.y[0]).toBeCloseTo(mean(shares), 10);
    expect(line!.y[0]! + array[0]!).toBeCloseTo(Math.max(...shares), 10);
    expect(line!.y[0]! - arrayminus[0]!).toBeCloseTo(Math.min(...shares), 10);
  });

  it("cross out diverged runs and leave them out of means", () => {
    const arm = madeUpArm({ lambda: 1e-3, divergedSeeds: [2] });
    const figure = errorByPenalty([arm]);
    const seeds = tracesOf(figure).find(({ text }) => text !== undefined)!;
    expect(seeds.marker!.symbol).toEqual(["circle", "x-thin", "circle"]);
    const kept = [0, 2].map((i) => 100 * arm.runs[i]!.record.final.testError);
    expect(tracesOf(figure)[0]!.y[0]).toBeCloseTo(mean(kept), 10);
    expect(figure.data.at(-1)!.name).toMatch(/diverged/);
  });

  it("tell L2 from decoupled decay by the marker, both with the unpenalized arm", () => {
    const arms = [
      madeUpArm(),
      madeUpArm({ lambda: 1e-3 }),
      madeUpArm({ lambda: 1e-3, kind: "decoupled", deadShare: 0.1 }),
    ];
    const figure = errorByPenalty(arms);
    expect(legendOf(figure)).toEqual(["Adam, L2", "Adam, decoupled"]);
    const lines = tracesOf(figure).filter(({ showlegend, mode }) => showlegend && mode === "lines+markers");
    expect(lines.map(({ marker }) => marker!.symbol)).toEqual(["circle", "circle-open"]);
  });

  it("refuse to average arms that would share a place", () => {
    const arms = [madeUpArm({ lambda: 1e-3, steps: 1000 }), madeUpArm({ lambda: 1e-3, steps: 2000 })];
    expect(() => deadShareByPenalty(arms)).toThrow(/share a place/);
  });
});

describe("histograms of gamma", () => {
  it("count every filter of the last probe once, exact zeros in the first bin", () => {
    const run = madeUpRun(madeUpConfig({ widths: [4, 4] }), { deadShare: 0.5 });
    const last = run.record.probes.steps.at(-1)!;
    const rows = [...run.filters.step.keys()].filter((row) => run.filters.step[row] === last);
    rows.forEach((row, i) => {
      run.filters.gamma[row] = i < 2 ? 0 : -0.5;
    });
    const shares = gammaHistogram(run);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(100, 10);
    expect(shares[0]).toBe(25);
    expect(shares.filter((share) => share > 0)).toEqual([25, 75]);
  });

  it("tell each panel's dead share, or why it has none", () => {
    const texts = textsOf(
      gammaHistograms([
        madeUpArm({ deadShare: 0 }),
        madeUpArm({ lambda: 1e-3, divergedSeeds: [1, 2, 3] }),
        madeUpArm({ lambda: 1e-2, seeds: [] }),
      ]),
    );
    expect(texts).toContain("0 %<br>dead");
    expect(texts).toContain("diverged");
    expect(texts).toContain("not<br>trained");
  });
});

describe("dead share over training", () => {
  it("ends at the run's final share and starts with none dead", () => {
    const item = madeUpArm({ lambda: 1e-3, deadShare: 0.4, seeds: [1] });
    const curve = epochRows([item]);
    expect(curve[0]).toMatchObject({ step: 0, deadByScale: 0 });
    expect(curve.at(-1)!.deadByScale).toBeCloseTo(100 * item.runs[0]!.record.final.deadByScale, 10);
  });

  it("marks the drops of the learning rate in each panel", () => {
    const { shapes } = deadShareOverTraining(study).layout as {
      shapes: { xref: string; x0: number }[];
    };
    expect(shapes.map(({ xref, x0 }) => [xref, x0])).toEqual([
      ["x", 9000],
      ["x", 12_750],
      ["x2", 9000],
      ["x2", 12_750],
    ]);
  });
});

describe("heat map by layer", () => {
  it("has a row per arm, a column per layer and one for all, in percent", () => {
    const { z } = deadShareByLayer(study).data[0] as { z: number[][] };
    expect([z.length, z[0]!.length]).toEqual([8, 8]);
    const { runs } = study[3]!;
    const first = runs.map(({ record }) => (100 * record.final.layers[0]!.deadByScale) / 16);
    expect(z[3]![0]).toBeCloseTo(mean(first), 10);
    expect(z[3]![7]).toBeCloseTo(mean(runs.map(({ record }) => 100 * record.final.deadByScale)), 10);
  });

  it("leaves out filter counts where arms disagree on them", () => {
    const arms = [madeUpArm({ widths: [8, 8] }), madeUpArm({ widths: [8, 16], lambda: 1e-3 })];
    const { ticktext } = deadShareByLayer(arms).layout.xaxis as { ticktext: string[] };
    expect(ticktext).toEqual(["C1<br>8 filters", "C2", "All"]);
  });
});
