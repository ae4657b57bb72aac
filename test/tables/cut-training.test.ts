import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CutTraining, TimedTraining } from "../../lib/harvest/cut-training.js";
import { keepCutTraining, keptCutTrainings } from "../../lib/harvest/kept-cut-trainings.js";
import { cutPaceRows, cutTrainingTable } from "../../lib/tables/cut-training.js";
import { useTemporaryFolders } from "../runs/support.js";

const { root } = useTemporaryFolders();
const { FILTER_SPARSITY_LATENCY: before } = process.env;
beforeEach(() => {
  process.env.FILTER_SPARSITY_LATENCY = root();
});
afterEach(() => {
  if (before === undefined) delete process.env.FILTER_SPARSITY_LATENCY;
  else process.env.FILTER_SPARSITY_LATENCY = before;
});

const training = (seed: number, cut: boolean, times: number): TimedTraining => ({
  ...{ seed, cut, seconds: 10 * times, processorSeconds: 8 * times },
  ...{ stepSeconds: 6 * times, stepProcessorSeconds: 4 * times },
  ...{ cutSeconds: cut ? 1 : 0, cutProcessorSeconds: cut ? 0.5 : 0 },
  ...{ deadByActivation: 0.5, testError: cut ? 0.3 : 0.25 },
  cuts: cut ? [{ step: 250, filters: [4, 8] }] : [],
  pace: [
    { step: 250, processorSeconds: times },
    { step: 500, processorSeconds: 2 * times },
  ],
});

const measured: CutTraining = {
  ...{ processor: "made up", threads: 1, engine: "wasm", version: "1", kernels: "assembly 2" },
  ...{ arm: "Adam, L2 1e-3", id: "0123456789ab", every: 250, steps: 500 },
  trainings: [training(1, false, 2), training(1, true, 1), training(2, true, 1.5), training(2, false, 2)],
};

describe("training with dead filters cut, timed", () => {
  it("is a table of means over seeds, with differences paired by seed", () => {
    const { rows, note } = cutTrainingTable(measured);
    expect(rows.slice(0, 2)).toEqual([
      ["Whole", 20, 16, 12, 8, 0, 50, 25],
      ["Dead filters cut", 12.5, 10, 8.5, 5.5, 0.5, 50, 30],
    ]);
    expect(rows[2]!.slice(0, 2)).toEqual(["Difference", { mean: -7.5, halfWidth: expect.closeTo(31.77, 1) }]);
    // 8 / 4.5 and 8 / 6.5
    expect(note).toContain("whole, steps take 1.50 times the processor time of steps and cuts");
  });

  it("has a pace for each stretch of steps", () => {
    const rows = cutPaceRows(measured).filter(({ seed }) => seed === 1);
    expect(rows.map(({ network, step, stepsPerSecond }) => [network, step, stepsPerSecond])).toEqual([
      ["whole", 250, 125],
      ["whole", 500, 125],
      ["dead filters cut", 250, 250],
      ["dead filters cut", 500, 250],
    ]);
  });

  it("is kept as it is, and a damaged file is named", async () => {
    expect(keptCutTrainings()).toEqual([]);
    const path = await keepCutTraining(measured);
    expect(path).toBe(join(root(), "training", "0123456789ab-wasm-every-250.json"));
    expect(keptCutTrainings()).toEqual([measured]);
    writeFileSync(path, '{"arm": "Adam"}');
    expect(() => keptCutTrainings()).toThrow(/0123456789ab-wasm-every-250\.json is damaged/);
  });
});
