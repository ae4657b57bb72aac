import { describe, expect, it } from "vitest";
import { parseRunConfig, type RunConfigInput } from "../../lib/runs/config.js";
import { emptyFilters } from "../../lib/runs/filters.js";
import type { Run } from "../../lib/runs/record.js";
import { earlyGradients, penaltyPace } from "../../lib/study/layer-profile.js";
import { madeUpConfig, madeUpRun } from "../support/made-up-runs.js";

type Filter = [step: number, layer: number, gamma: number, gradient: number, moment: number];

/** A run of 1,000 steps over two layers with these rows; activations are 1 throughout. */
function run(rows: Filter[], changes: Pick<RunConfigInput, "optimizer" | "penalty">): Run {
  const config = parseRunConfig({ ...madeUpConfig({ widths: [2, 2], steps: 1000 }), ...changes });
  const filters = emptyFilters(rows.length);
  rows.forEach(([step, layer, gamma, gradient, moment], row) => {
    filters.step[row] = step;
    filters.layer[row] = layer;
    filters.gamma[row] = gamma;
    filters.gammaGradient[row] = gradient;
    filters.gammaSecondMoment[row] = moment;
    filters.maxActivation[row] = 1;
  });
  return { ...madeUpRun(config), filters };
}

const adam = { optimizer: { name: "adam", learningRate: 1e-2 }, penalty: { lambda: 1e-3 } } as const;

describe("what a layer is like early on", () => {
  const rows: Filter[] = [
    [0, 0, 1, 99, 0],
    [100, 0, 1, 1, 0],
    [100, 0, 1, -3, 0],
    [100, 1, 1, 4, 0],
    [100, 1, 1e-4, 99, 0],
    [1000, 1, 1, 99, 0],
  ];

  it("is the median over active filters, without the start and the later probes", () => {
    expect(earlyGradients(run(rows, adam))).toEqual([2, 4]);
  });
});

describe("the pace at which the penalty alone shrinks gamma", () => {
  const rows: Filter[] = [
    [100, 0, 1, 0, 1e-4],
    [100, 1, 1, 0, 1e-6],
  ];

  it("is lambda under decoupled decay and rate x lambda / (1 - momentum) under SGD, in every layer alike", () => {
    const decoupled = { ...adam, penalty: { kind: "decoupled", lambda: 2e-3 } } as const;
    expect(penaltyPace(run(rows, decoupled))).toEqual([0.2, 0.2]);
    const sgd = {
      optimizer: { name: "sgd", learningRate: 0.05, momentum: 0.9 },
      penalty: { lambda: 1e-2 },
    } as const;
    for (const pace of penaltyPace(run(rows, sgd))!) expect(pace).toBeCloseTo(0.5, 10);
  });

  it("under Adam grows as the gradient shrinks, with the bias of the young average divided away", () => {
    const [large, small] = penaltyPace(run(rows, adam))! as [number, number];
    const corrected = Math.sqrt(1e-4 / (1 - 0.999 ** 100));
    expect(large).toBeCloseTo((100 * 1e-5) / corrected, 6);
    expect(small / large).toBeCloseTo(10, 3);
  });

  it("is unknown for optimizers that keep no such average", () => {
    expect(penaltyPace(run(rows, { ...adam, optimizer: { name: "lion", learningRate: 1e-3 } }))).toBeNull();
  });
});
