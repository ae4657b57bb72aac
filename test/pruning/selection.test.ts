import { describe, expect, it } from "vitest";
import { filterScores } from "../../lib/pruning/scores.js";
import { type LayerChannels, selectChannels } from "../../lib/pruning/selection.js";
import { emptyFilters } from "../../lib/runs/filters.js";
import { randomModel, setChannels } from "./support.js";

const layers: LayerChannels[] = [
  { name: "C1", filters: 3, offset: 0, group: 0 },
  { name: "C2", filters: 4, offset: 3, group: 1 },
];
const select = (scores: number[], prune: Parameters<typeof selectChannels>[1]["prune"], multiple = 1) =>
  selectChannels(layers, { scores, prune, multiple });

describe("which channels stay", () => {
  it("are those above the paper's thresholds", () => {
    const scores = [0, 1e-13, 1e-3, 9e-4, 1, 0, 2];
    expect(select(scores, { method: "activation" })).toEqual({ kept: [[2], [0, 1, 3]], spared: [] });
    expect(select(scores, { method: "scale" })).toEqual({ kept: [[2], [1, 3]], spared: [] });
  });

  it("are at least one of each layer, the strongest, and that is said", () => {
    const { kept, spared } = select([1e-14, 1e-13, 0, 1, 1, 1, 1], { method: "activation" });
    expect(kept).toEqual([[1], [0, 1, 2, 3]]);
    expect(spared).toEqual(["C1"]);
    expect(select([0, 0, 0, 0, 0, 0, 0], { method: "scale" }).kept).toEqual([[0], [0]]);
  });

  it("are those left when a share of all filters goes, whatever their layer", () => {
    const scores = [0.1, 0.2, 0.9, 0.3, 0.4, 0.5, 0.6];
    expect(select(scores, { method: "slimming", share: 0.5 }).kept).toEqual([[2], [1, 2, 3]]);
    // 0.99 of 7 filters are 6: one layer would be empty.
    expect(select(scores, { method: "slimming", share: 0.99 })).toEqual({ kept: [[2], [3]], spared: ["C2"] });
  });

  it("are those left when a share of each layer goes", () => {
    const scores = [0.1, 0.2, 0.9, 0.3, 0.4, 0.5, 0.6];
    expect(select(scores, { method: "magnitude", share: 0.5 }).kept).toEqual([
      [1, 2],
      [2, 3],
    ]);
  });

  it("are rounded up to a multiple, the strongest of the others first, as far as there are filters", () => {
    const scores = [0, 0, 0, 0, 1, 0, 1e-13];
    expect(select(scores, { method: "activation" }, 2).kept).toEqual([
      [0, 1],
      [1, 3],
    ]);
    expect(select(scores, { method: "activation" }, 8).kept).toEqual([
      [0, 1, 2],
      [0, 1, 2, 3],
    ]);
  });

  it("are those of a residual stage that any of its layers needs", () => {
    const stage: LayerChannels[] = [
      { name: "stem", filters: 3, offset: 0, group: 0 },
      { name: "S1B1C1", filters: 2, offset: 3, group: 1 },
      { name: "S1B1C2", filters: 3, offset: 5, group: 0 },
    ];
    const scores = [0, 0, 1, 1, 1, 0, 1, 0];
    expect(selectChannels(stage, { scores, prune: { method: "activation" } }).kept).toEqual([
      [1, 2],
      [0, 1],
    ]);
  });
});

describe("how strong filters are", () => {
  it("is their |gamma|, the L1 norm of their weights, or their largest activation at the last probe", () => {
    const model = randomModel({ widths: [2, 3] });
    setChannels(model, [[1], []], { gamma: -0.25, beta: 0 });
    const { network, weights } = model;
    const filters = emptyFilters(10);
    filters.step.fill(9, 5);
    filters.layer.set([0, 0, 1, 1, 1, 0, 0, 1, 1, 1]);
    filters.filter.set([0, 1, 0, 1, 2, 0, 1, 0, 1, 2]);
    filters.maxActivation.set([9, 9, 9, 9, 9, 1, 2, 3, 4, 5]);
    const judged = { network, weights, filters };
    expect([...filterScores("activation", judged)]).toEqual([1, 2, 3, 4, 5]);
    expect(filterScores("slimming", judged)[1]).toBe(0.25);
    const first = network.layout.view(weights.parameters, network.layout.slots[0]!);
    const norm = first.filter((_, at) => at % 2 === 1).reduce((sum, value) => sum + Math.abs(value), 0);
    expect(filterScores("magnitude", judged)[1]).toBeCloseTo(norm, 4);
    expect(() => filterScores("activation", { ...judged, filters: emptyFilters(5) })).not.toThrow();
    expect(() => filterScores("activation", { ...judged, filters: emptyFilters(4) })).toThrow(
      /Train the run again/,
    );
  });

  it("is not known without gamma by scale", () => {
    const { network, weights } = randomModel({ widths: [2, 3], normalization: "none" });
    expect(() => filterScores("scale", { network, weights, filters: emptyFilters(5) })).toThrow(
      /no gamma.*by activation/,
    );
  });
});
