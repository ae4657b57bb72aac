import { op } from "arquero";
import { describe, expect, it } from "vitest";
import { epochsFrame, filtersFrame, layersFrame, runsFrame } from "../../lib/tables/data-frames.js";
import { madeUpArm, madeUpConfig } from "../support/made-up-runs.js";

/* What people group by is a column of every frame, and what they draw has a column too. */

const arm = madeUpArm({ lambda: 1e-3, widths: [2, 3], seeds: [7], deadShare: 0.5 });
const { record, filters } = arm.runs[0]!;
const shared = {
  ...{ arm: arm.arm.label, optimizer: "Adam", rate: 3e-3, penalty: "L2", lambda: 1e-3, on: "all parameters" },
  ...{ schedule: "steps", batch: madeUpConfig().batchSize, dataset: "made-up", network: "BasicNet", seed: 7 },
};

describe("frames of runs, epochs, layers and filters", () => {
  it.each([
    ["runs", runsFrame, 1],
    ["epochs", epochsFrame, record.epochs.length + 1],
    ["layers", layersFrame, 2],
    ["filters", filtersFrame, 5],
  ] as const)("%s: as many rows as there are, each with what sets its run apart", (_, frame, count) => {
    const rows = frame([arm]).objects();
    expect(rows).toHaveLength(count);
    for (const row of rows) expect(row).toMatchObject(shared);
  });

  it("a row for each filter at the last probe, with what was measured there", () => {
    const last = [...filters.step.keys()].filter((row) => filters.step[row] === record.final.step);
    const frame = filtersFrame([arm]);
    for (const name of [
      "gamma",
      "beta",
      "maxActivation",
      "selectivity",
      "weightNorm",
      "gammaGradient",
    ] as const)
      expect(frame.array(name)).toEqual(last.map((row) => filters[name][row]));
    expect(frame.select("layer", "depth", "filter").objects()).toEqual(
      record.model.layers.flatMap((layer, depth) =>
        [...Array(layer.filters).keys()].map((filter) => ({ layer: layer.name, depth, filter })),
      ),
    );
  });

  it("every probe of every filter where they are asked for, and the layer's frame is what they roll up to", () => {
    const all = filtersFrame([arm], { probes: "all" });
    expect(all.numRows()).toBe(5 * record.probes.steps.length);
    expect(new Set(all.array("step"))).toEqual(new Set(record.probes.steps));
    const dead = filtersFrame([arm])
      .derive({ dead: (f: { gamma: number }) => (op.abs(f.gamma) < 1e-3 ? 100 : 0) })
      .groupby("layer")
      .rollup({ dead: op.mean("dead") });
    const shares = (values: Iterable<unknown>) => [...values].map((value) => (value as number).toFixed(9));
    expect(shares(dead.array("dead"))).toEqual(shares(layersFrame([arm]).array("deadByScale")));
  });

  it("the probe at a share of the training, where a run has one", () => {
    const { steps } = record.probes;
    const wanted = steps[Math.floor(steps.length / 2)]!;
    const frame = filtersFrame([arm], { probes: wanted / record.final.step });
    expect(frame.numRows()).toBe(5);
    expect(new Set(frame.array("step"))).toEqual(new Set([wanted]));
    expect(filtersFrame([arm], { probes: 0.777 }).numRows()).toBe(0);
  });

  it("are empty without runs", () => {
    for (const frame of [runsFrame, epochsFrame, layersFrame, filtersFrame])
      expect(frame([{ ...arm, runs: [] }]).numRows()).toBe(0);
  });
});
