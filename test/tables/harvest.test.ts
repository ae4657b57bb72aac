import { describe, expect, it } from "vitest";
import { UserError } from "../../lib/errors.js";
import type { KeptReport } from "../../lib/harvest/kept-reports.js";
import { latencies } from "../../lib/harvest/latency.js";
import { exactnessTable, latencyTable } from "../../lib/tables/harvest.js";

const variant = (name: string, macs: number, largest: number) => ({
  ...{ name, layers: [], spared: [] },
  cost: { macs, parameters: 10_000, filters: 7 },
  deviation: {
    largest,
    rootMeanSquare: 0,
    changed: 0.0125,
    errors: [0.3, 0.3] as [number, number],
    images: 80,
  },
});

const report: KeptReport = {
  run: { id: "0123456789ab", seed: 2 },
  prune: { method: "activation" },
  changed: true,
  variants: [variant("unpruned", 4e6, 0), variant("pruned", 1e6, 1.7e-6)],
  latency: {
    ...{ processor: "made-up", threads: 1, engines: { wasm: "0" } },
    latencies: latencies(
      [
        { name: "unpruned", macs: 4e6, turns: [[8], [16], [12]] },
        { name: "pruned", macs: 1e6, turns: [[4], [4], [4]] },
      ],
      { engine: "wasm", batch: 16 },
    ),
  },
};

describe("tables of cut networks", () => {
  it("say what is left of each variant, and how far its logits are off", () => {
    const { rows } = exactnessTable([report], new Map([["0123456789ab", "Adam, L2 1e-3"]]));
    expect(rows).toEqual([
      ["Adam, L2 1e-3", "by activation", "unpruned", 7, 4, 10, "0.0e+0", 1.25],
      ["Adam, L2 1e-3", "by activation", "pruned", 7, 1, 10, "1.7e-6", 1.25],
    ]);
  });

  it("say what of the saving shows, for all but the unpruned network", () => {
    const { rows } = latencyTable([report]);
    expect(rows).toEqual([["0123456789ab/2", "pruned", "wasm", 16, 4, 3, "2.50 to 3.50", 4, 0.75]]);
  });

  it("ask for a measurement where there is none", () => {
    expect(() => exactnessTable([])).toThrow(UserError);
    expect(() => latencyTable([])).toThrow(/--keep/);
  });
});
