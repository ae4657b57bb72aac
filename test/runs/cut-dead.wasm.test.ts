import { describe, expect, it } from "vitest";
import { syntheticImages } from "../../lib/datasets/synthetic-images.js";
import { createNetwork } from "../../lib/models/index.js";
import { parseRunConfig, type RunConfigInput, runId } from "../../lib/runs/config.js";
import { stillReached } from "../../lib/runs/cut-dead.js";
import { describeArm } from "../../lib/runs/describe.js";
import { describeCutting } from "./cut-dead-suite.js";
import { config } from "./support.js";

describeCutting("wasm", { thorough: true });

describe("what is left of a network", () => {
  const all = (count: number) => Array.from({ length: count }, (_, channel) => channel);
  const networkOf = (model: RunConfigInput["model"]) =>
    createNetwork(config({ model }).model, syntheticImages({ size: 8 }));
  /** Gradients of `count` filters, of which these were reached. */
  const reaching = (count: number, ...filters: number[]) =>
    Float32Array.from(all(count), (filter) => (filters.includes(filter) ? 1e-30 : 0));

  it("is what a gradient reached, filled up to a multiple of four", () => {
    const network = networkOf({ widths: [8, 9] });
    const reached = reaching(17, 1, 5, 9, 11, 12, 13, 14);
    expect(stillReached(network, [all(8), all(9)], reached)).toEqual([[0, 1, 2, 5], all(8)]);
    expect(stillReached(network, [[1, 5, 7], all(9)], reached)).toEqual([[1, 5, 7], all(8)]);
  });

  it("is everything where nothing was reached in a layer, which says nothing of those before it", () => {
    expect(stillReached(networkOf({ widths: [8, 8] }), [all(8), all(8)], reaching(16, 1))).toEqual([
      all(8),
      all(8),
    ]);
  });

  it("has a channel that any of the layers that write it has", () => {
    const network = networkOf({ name: "resnet", stages: [1], widths: [8, 8, 8] });
    expect(network.groups.map(({ layers }) => layers)).toEqual([[0, 2], [1]]);
    const reached = reaching(24, 0, 1, 8, 9, 10, 11, 16 + 6, 16 + 7);
    expect(stillReached(network, [all(8), all(8)], reached)).toEqual([
      [0, 1, 6, 7],
      [0, 1, 2, 3],
    ]);
  });
});

describe("a configuration with dead filters cut", () => {
  const cutDead = { every: 10 };

  it("is another one's, and says so; without, nothing changes", () => {
    const plain = config({ penalty: { lambda: 1e-3 } });
    const cut = config({ penalty: { lambda: 1e-3 }, cutDead });
    expect(runId(cut)).not.toBe(runId(plain));
    expect(runId(parseRunConfig({ ...cut, cutDead: undefined }))).toBe(runId(plain));
    expect(describeArm(cut)).toBe("Adam, L2 1e-3, dead filters cut every 10 steps");
  });

  it.each<[string, Partial<RunConfigInput>, RegExp]>([
    ["no ReLU", { model: { widths: [8], activation: "gelu" } }, /does not go with activation "gelu"/],
    [
      "channels normalized together",
      { model: { widths: [8], normalization: "group" } },
      /group normalization/,
    ],
    ["Muon", { optimizer: { name: "muon", learningRate: 0.01 } }, /Muon, whose step is of whole matrices/],
    ["weights held", { filterNorm: 0.5 }, /weights held at a norm/],
    [
      "a parent",
      { start: { run: config(), prune: { method: "scale" } }, model: config().model },
      /a start from/,
    ],
    ["a look after the end", { cutDead: { every: 20 } }, /cutDead\.every is 20, and the run has 20 steps/],
    ["no number of steps", { cutDead: { every: 0 } }, /cutDead\.every/],
  ])("is refused with %s", (_, changes, reason) => {
    expect(() => config({ cutDead, ...changes })).toThrow(reason);
  });
});
