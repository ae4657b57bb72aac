import { describe, expect, it } from "vitest";
import { UserError } from "../../lib/errors.js";
import { paceAroundDeath, pullAroundDeath } from "../../lib/figures/around-death.js";
import { decayCurves } from "../../lib/figures/decay-curves.js";
import { filterLife } from "../../lib/figures/filter-life.js";
import { gammaBetaScatter, gammaTrajectories } from "../../lib/figures/filters.js";
import { universalityHistogram } from "../../lib/figures/histograms.js";
import type { Run } from "../../lib/runs/record.js";
import { filterHistories } from "../../lib/study/filter-states.js";
import { observationsBySelectivity, survivorSelectivity } from "../../lib/study/selectivity.js";
import { tracesOf } from "../support/figure-points.js";
import { madeUpArm, madeUpConfig, madeUpRun } from "../support/made-up-runs.js";

/** A run of one layer of four filters whose measurements are set probe by probe: lives, dies by scale, sleeps, dies by shift. */
function smallRun(): Run {
  const run = madeUpRun(madeUpConfig({ widths: [4], lambda: 1e-3, steps: 10_000 }), { deadShare: 0 });
  const { steps } = run.record.probes;
  const set = (probe: number, filter: number, gamma: number, activation: number, selectivity: number) => {
    const row = 4 * probe + filter;
    run.filters.gamma[row] = gamma;
    run.filters.maxActivation[row] = activation;
    run.filters.selectivity[row] = selectivity;
  };
  for (const probe of steps.keys()) {
    set(probe, 0, 1, 1, 0.1);
    set(probe, 1, probe >= 2 ? 1e-4 : 1, 1, 0.5);
    set(probe, 2, 1, probe === 1 ? 0 : 1, 0.95);
    set(probe, 3, 1, probe >= 1 ? 0 : 1, probe >= 1 ? 1 : 0.95);
  }
  return run;
}

describe("states of filters", () => {
  it("tell alive, dead by each measure, and alive again", () => {
    const histories = filterHistories(smallRun());
    expect(histories.map(({ states }) => states.slice(0, 3))).toEqual([
      ["alive", "alive", "alive"],
      ["alive", "alive", "dead by scale"],
      ["alive", "dead by activation", "alive again"],
      ["alive", "dead by activation", "dead by activation"],
    ]);
    expect(histories.map(({ death }) => death?.cause)).toEqual([undefined, "scale", undefined, "shift"]);
    expect(histories[3]!.death!.selectiveFirst).toBe(true);
  });
});

describe("the life of every filter", () => {
  it("sorts a layer's filters by time of death, survivors last, those first that once slept", () => {
    const figure = filterLife(smallRun());
    const heat = tracesOf(figure)[0]!;
    const names = heat.y.map(String);
    expect(names.map((name) => /filter (\d)/.exec(name)![1])).toEqual(["3", "1", "2", "0"]);
    expect(names[0]).toMatch(/died at step \d+ by shift, selective first/);
    expect(heat.z[2]!.slice(0, 3)).toEqual([0, 2, 1]);
    expect(heat.customdata[1]![2]).toEqual([1e-4, expect.any(Number), 0.5]);
    expect(JSON.stringify(figure.layout.title)).toContain(
      "2 of 4 filters are dead at the end: 1 died by scale, 1 by shift",
    );
  });

  it("rings every return to life", () => {
    const rings = tracesOf(filterLife(smallRun())).find(({ marker }) => marker?.symbol === "circle-open")!;
    expect(rings.x).toEqual([expect.stringMatching(/^1,000$/)]);
  });

  it("shades living filters by selectivity on request, and leaves dead ones their colors", () => {
    const heat = tracesOf(filterLife(smallRun(), { shade: "selectivity" }))[0]!;
    // Filters 3 (selectivity 0.95, then silent) and 0 (0.1, to the end).
    expect([heat.z[0]![0], heat.z[0]![1], heat.z[3]![0]]).toEqual([0.4, 2, -0.36]);
  });

  it("stays light: under 300 kB for 464 filters and 13 probes", () => {
    const run = madeUpRun(madeUpConfig({ lambda: 1e-3 }));
    const perProbe = JSON.stringify(filterLife(run)).length / run.record.probes.steps.length;
    expect(13 * perProbe).toBeLessThan(300_000);
  });

  it("shows diverged runs as such, and says when nothing was probed", () => {
    const run = madeUpRun(madeUpConfig({ widths: [4] }), { diverged: true });
    expect(JSON.stringify(filterLife(run).layout.title)).toContain("the run diverged");
    expect(() =>
      filterLife({ ...run, record: { ...run.record, probes: { steps: [], images: [], gradientImages: 0 } } }),
    ).toThrow(UserError);
  });
});

describe("trajectories of gamma", () => {
  it("follow a few filters of each kind, with a cross at each death and exact zeros on the axis", () => {
    const run = smallRun();
    run.filters.gamma[4 * 3 + 1] = 0;
    const traces = tracesOf(gammaTrajectories(run, { count: 1 }));
    expect(traces).toHaveLength(3);
    const dead = traces[2]!;
    expect(dead.y[3]).toBe(1e-7);
    expect(dead.marker!.size.slice(0, 4)).toEqual([0, 0, 10, 0]);
  });

  it("refuse a network without gamma", () => {
    const config = madeUpConfig({ widths: [4] });
    const bare = { ...config, model: { ...config.model, normalization: "none" as const } };
    expect(() => gammaTrajectories(madeUpRun(bare))).toThrow(/no gamma/);
  });
});

describe("gamma against beta", () => {
  it("puts every filter of the last probe in one state", () => {
    const arm = madeUpArm({ widths: [8, 8], lambda: 1e-3, deadShare: 0.5, seeds: [1] });
    const counts = tracesOf(gammaBetaScatter([arm])).map(({ x }) => x.length);
    expect(counts.reduce((a, b) => a + b, 0)).toBe(16);
  });

  it("draws weights' norms for a network without normalization, and says what is missing", () => {
    const arm = madeUpArm({ widths: [8], lambda: 1e-3, seeds: [1] });
    const model = { ...arm.arm.config.model, normalization: "none" as const };
    const bare = { arm: { ...arm.arm, config: { ...arm.arm.config, model } }, runs: arm.runs };
    const { layout } = gammaBetaScatter([bare, madeUpArm({ seeds: [] })]);
    expect(JSON.stringify(layout.xaxis)).toContain("norm of the weights");
    expect(JSON.stringify(layout.annotations)).toContain("not trained");
  });
});

describe("selectivity", () => {
  it("of a layer is the mean over its survivors", () => {
    // Filters 0 and 2 are alive at the end: 10 % and 95 %.
    expect(survivorSelectivity(smallRun())[0]).toBeCloseTo(52.5, 4);
  });

  it("groups filters that are alive at the landmark, with the time of their death", () => {
    const run = smallRun();
    const { steps } = run.record.probes;
    const groups = observationsBySelectivity([run], { from: steps[1]! / 10_000, cuts: [0.2, 0.8] });
    const last = steps.at(-1)!;
    expect(groups).toEqual([[{ time: last, event: false }], [{ time: steps[2], event: true }], []]);
  });

  it("groups by rank within each layer, so that no group holds more of a layer", () => {
    const groups = observationsBySelectivity([smallRun()], { from: 0, cuts: [0, 0], withinLayers: true });
    expect(groups.map((own) => own.map(({ event }) => event))).toEqual([[false, true], [false], [true]]);
  });

  it("turns into a histogram of universality that adds up to all filters", () => {
    const shares = universalityHistogram(smallRun(), { layer: 0, probe: 0 });
    expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(100, 10);
    expect([shares[0], shares[5], shares[9]]).toEqual([50, 25, 0]);
  });
});

describe("pull around death", () => {
  const point = (offset: number, dying: number[], surviving: number[]) => ({ offset, dying, surviving });

  it("draws medians and the middle half, held at the edge where the gradient is gone", () => {
    const figure = pullAroundDeath(
      [
        {
          name: "Adam",
          optimizer: "Adam",
          deaths: 3,
          points: [point(-1, [-1, 0, 1], [-2]), point(0, [30, 31, 32], [-2])],
        },
      ],
      { subtitle: [] },
    );
    const dying = tracesOf(figure).find(({ name, mode }) => name === "filters that die" && mode !== "lines")!;
    expect([dying.x, dying.y]).toEqual([
      [-1, 0],
      [0, 3],
    ]);
    expect(JSON.stringify(figure.layout.annotations)).toContain("Adam: 3 deaths");
  });

  it("marks the pace of the penalty alone and of a scale that holds", () => {
    const { layout } = paceAroundDeath(
      [{ name: "Adam", optimizer: "Adam", deaths: 1, points: [point(1, [1], [0])] }],
      {
        subtitle: [],
      },
    );
    const shapes = layout.shapes as { y0: number; y1: number }[];
    expect(shapes.filter(({ y0, y1 }) => y0 === y1).map(({ y0 }) => y0)).toEqual([0, 1]);
  });

  it("says so when nothing died", () => {
    expect(() =>
      pullAroundDeath([{ name: "Adam", optimizer: "Adam", deaths: 0, points: [point(-1, [], [1])] }], {
        subtitle: [],
      }),
    ).toThrow(UserError);
  });
});

describe("decay curves", () => {
  const curve = (closedForm: number[], stepped = closedForm) => ({
    name: "Adam, L2",
    optimizer: "Adam",
    form: "l2" as const,
    closedForm,
    stepped,
  });

  it("draw the closed form as a line and the steps as marks, zeros at the lower edge", () => {
    const traces = tracesOf(decayCurves([curve([1, 0.1, 0])], { settings: "λ" }));
    expect(traces.map(({ mode }) => mode)).toEqual(["lines", "markers"]);
    expect(traces[0]!.y).toEqual([1, 0.1, 1e-4]);
  });

  it("refuse none, and lengths that differ", () => {
    expect(() => decayCurves([], { settings: "" })).toThrow(UserError);
    expect(() => decayCurves([curve([1, 0.5], [1])], { settings: "" })).toThrow(/equally many/);
  });
});
