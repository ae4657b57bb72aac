import { beforeAll, describe, expect, it } from "vitest";
import { type Engine, openEngine } from "../../../lib/engine/index.js";
import { decayFormula, scalarDecay } from "../../../lib/hypotheses/h05/scalar-decay.js";
import { parseRunConfig, type RunConfigInput } from "../../../lib/runs/config.js";

const setting = (optimizer: RunConfigInput["optimizer"], penalty: RunConfigInput["penalty"]) =>
  parseRunConfig({ dataset: { name: "made-up" }, model: { widths: [1] }, optimizer, penalty, steps: 1 });
const adam = { name: "adam", learningRate: 1e-2 } as const;
const sgd = { name: "sgd", learningRate: 0.1 } as const;

describe("a scalar without gradient", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine({ name: "wasm" });
  });

  it.each([
    ["SGD with L2", setting(sgd, { lambda: 0.05 })],
    ["SGD with momentum and L2", setting({ ...sgd, momentum: 0.9 }, { lambda: 5e-3 })],
    ["Adam with L2", setting(adam, { lambda: 1e-3 })],
    ["Adam with decoupled decay", setting(adam, { kind: "decoupled", lambda: 1e-2 })],
  ])("decays under %s as theory says", async (_name, chosen) => {
    const { closedForm, stepped } = await scalarDecay(chosen, { engine, steps: 150 });
    expect(stepped).toHaveLength(151);
    for (const [step, value] of stepped.entries())
      expect(Math.abs(value - closedForm[step]!)).toBeLessThan(1e-4 * Math.abs(closedForm[step]!) + 1e-6);
    expect(closedForm.at(-1)!).toBeLessThan(0.6);
  });

  it("decays under Adam with L2 whatever lambda is, and far faster than under SGD", () => {
    const weak = decayFormula(setting(adam, { lambda: 1e-4 }), 100);
    const strong = decayFormula(setting(adam, { lambda: 1e-2 }), 100);
    expect(weak.at(-1)! / strong.at(-1)!).toBeCloseTo(1, 2);
    expect(
      decayFormula(setting({ ...sgd, learningRate: 1e-2 }, { lambda: 1e-2 }), 100).at(-1)!,
    ).toBeGreaterThan(0.98);
  });

  it("has no formula under other optimizers", () => {
    expect(() => decayFormula(setting({ name: "lion", learningRate: 1e-3 }, { lambda: 1e-3 }), 5)).toThrow(
      /Lion/,
    );
  });
});
