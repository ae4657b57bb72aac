import { describe, expect, it } from "vitest";
import { pruningMethod } from "../../lib/harvest/method.js";
import { harvest } from "../../lib/harvest/recorded.js";
import { createNetwork } from "../../lib/models/index.js";
import { parseRunConfig, type RunConfigInput } from "../../lib/runs/config.js";
import { imagesOf, modelOf } from "../../lib/runs/model-of.js";
import { madeUpConfig, madeUpRun } from "../support/made-up-runs.js";

const config = madeUpConfig({ lambda: 1e-3 });

describe("what is left of a run, from its record alone", () => {
  it("is what cutting its dead filters would leave", () => {
    const run = madeUpRun(config, { deadShare: 0.5 });
    const { record, filters } = run;
    const last = filters.step.at(-1);
    const alive = config.model.widths.map(() => 0);
    for (const [row, largest] of filters.maxActivation.entries())
      if (filters.step[row] === last && largest > 0) alive[filters.layer[row]!]!++;
    expect(alive).not.toEqual(config.model.widths);
    const images = imagesOf(record);
    const smaller = createNetwork({ ...config.model, widths: alive }, images);
    expect(harvest(run)).toEqual({
      macs: smaller.macs,
      wholeMacs: createNetwork(config.model, images).macs,
      filters: alive,
    });
    expect(harvest(run, "scale").macs).toBeLessThanOrEqual(smaller.macs);
  });

  it("starts from the widths that it was trained at, and compares with those before any cut", () => {
    const start = { run: config, prune: { method: "slimming", share: 0.5 } } as const;
    const child = parseRunConfig({ ...config, start } as RunConfigInput);
    const widths = [8, 16, 16, 32, 32, 64, 64];
    const narrow = madeUpRun(madeUpConfig({ widths }), { deadShare: 0 });
    const run = { ...narrow, record: { ...narrow.record, config: child } };
    expect(modelOf(run.record).widths).toEqual(widths);
    const { macs, wholeMacs, filters } = harvest(run);
    expect(filters).toEqual(widths);
    expect(macs).toBe(createNetwork({ ...config.model, widths }, imagesOf(run.record)).macs);
    expect(wholeMacs).toBe(harvest(madeUpRun(config, { deadShare: 0 })).macs);
  });
});

describe("the method of a run", () => {
  const started = (start: object): RunConfigInput =>
    ({ ...config, start: { run: config, ...start } }) as RunConfigInput;
  it.each([
    [config, "implicit"],
    [{ ...config, penalty: { l1Gamma: 1e-3 } }, "before slimming"],
    [started({ prune: { method: "slimming", share: 0.5 } }), "network slimming"],
    [started({ prune: { method: "magnitude", share: 0.5 } }), "magnitude"],
    [started({ prune: { method: "activation" } }), "implicit"],
    [started({ prune: { method: "activation" }, weights: "initial" }), "scratch, equal epochs"],
    [
      started({ prune: { method: "scale" }, weights: "initial", budget: "compute" }),
      "scratch, equal compute",
    ],
  ] as [RunConfigInput, string][])("is read off its configuration (%#)", (input, method) => {
    expect(pruningMethod(parseRunConfig(input))).toBe(method);
  });
});
