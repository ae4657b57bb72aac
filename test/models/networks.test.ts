import { describe, expect, it } from "vitest";
import {
  createNetwork,
  publishedResNet,
  resNet,
  resnetWidths,
  vgg,
  vggWidths,
} from "../../lib/models/index.js";
import { parseRunConfig } from "../../lib/runs/config.js";

const image = { input: [32, 32, 3] as [number, number, number], classes: 10 };
const dataset = { height: 32, width: 32, channels: 3, classes: Array.from({ length: 10 }, (_, k) => `${k}`) };

describe("VGG", () => {
  it("has the parameters of the published convolutions", () => {
    const weights = (widths: number[]) =>
      widths.reduce((sum, width, i) => sum + 9 * (widths[i - 1] ?? 3) * width + 2 * width, 0);
    for (const [depth, convolutions] of [
      [11, 8],
      [16, 13],
    ] as const) {
      const widths = vggWidths(depth);
      expect(widths).toHaveLength(convolutions);
      const network = vgg({ ...image, widths });
      expect(network.layout.count).toBe(weights(widths) + 512 * 10 + 10);
      expect(network.widths).toEqual(widths);
    }
    expect(vggWidths(11, 1 / 8)).toEqual([8, 16, 32, 32, 64, 64, 64, 64]);
  });

  it("pools five times, and less often where images are small", () => {
    const widths = vggWidths(11, 1 / 64);
    const macs = (sides: number[]) =>
      widths.reduce((sum, width, i) => sum + 9 * (widths[i - 1] ?? 3) * width * sides[i]! ** 2, 0) + 8 * 10;
    expect(vgg({ ...image, widths }).macs).toBe(macs([32, 16, 8, 8, 4, 4, 2, 2]));
    expect(vgg({ ...image, input: [4, 4, 3], widths }).macs).toBe(macs([4, 2, 1, 1, 1, 1, 1, 1]));
  });

  it("is known by the length of its width list", () => {
    expect(() => vgg({ ...image, widths: [8, 8] })).toThrow(/8 \(VGG-11\) or 13 \(VGG-16\).*has 2/);
  });
});

describe("ResNet", () => {
  it.each([
    // He et al. (2016), section 4.2, say 0.27 and 0.46 million; projections on two shortcuts add 2,752.
    [20, 269_722 + 2752],
    [32, 464_154 + 2752],
    // PyTorch's ResNet-50 without its classifier, with the 3x3 stem for small images and 10 classes.
    [50, 23_520_842],
  ] as const)("ResNet-%i has its known number of parameters", (depth, parameters) => {
    const network = resNet({ ...image, ...publishedResNet(depth) });
    expect(network.layout.count).toBe(parameters);
    expect(network.widths).toEqual(resnetWidths(depth));
  });

  it("names its filters and says which share channels, and who reads them", () => {
    const network = resNet({ ...image, stages: [1, 2], block: "basic", widths: [4, 5, 4, 6, 8, 7, 8] });
    expect(network.layers.map(({ name, filters, group, listed }) => [name, filters, group, listed])).toEqual([
      ["stem", 4, 0, true],
      ["S1B1C1", 5, 1, true],
      ["S1B1C2", 4, 0, true],
      ["S2B1C1", 6, 2, true],
      ["S2B1C2", 8, 3, true],
      ["S2B1P", 8, 3, false],
      ["S2B2C1", 7, 4, true],
      ["S2B2C2", 8, 3, true],
    ]);
    const reading = network.groups.map(({ channels, layers, readers }) => [
      channels,
      layers,
      readers.map((index) => network.layout.slots[index]!.name),
    ]);
    expect(reading).toEqual([
      [4, [0, 2], ["S1B1C1/weight", "S2B1C1/weight", "S2B1P/weight"]],
      [5, [1], ["S1B1C2/weight"]],
      [6, [3], ["S2B1C2/weight"]],
      [8, [4, 5, 7], ["S2B2C1/weight", "FC/weight"]],
      [7, [6], ["S2B2C2/weight"]],
    ]);
    for (const { channels, readers } of network.groups) {
      for (const index of readers) expect(network.layout.slots[index]!.shape.at(-2)).toBe(channels);
    }
  });

  it("of bottlenecks projects in its first stage too, so that the stem's width is its own", () => {
    const network = resNet({ ...image, stages: [1], block: "bottleneck", widths: [3, 2, 2, 8] });
    expect(network.layers.map(({ name }) => name)).toEqual(["stem", "S1B1C1", "S1B1C2", "S1B1C3", "S1B1P"]);
    expect(network.macs).toBe(32 * 32 * (9 * 3 * 3 + 3 * 2 + 9 * 2 * 2 + 2 * 8 + 3 * 8) + 80);
  });

  it("refuses widths that a residual sum cannot add, naming them", () => {
    const make = (widths: number[]) => () => resNet({ ...image, stages: [1, 1], block: "basic", widths });
    expect(make([4, 5, 4, 6, 8])).not.toThrow();
    expect(make([4, 5, 3, 6, 8])).toThrow(/stage 1 .*equal widths, got stem 4, S1B1C2 3/);
    expect(make([4, 4, 4])).toThrow(/stages \[1, 1\] of basic blocks has 5 convolutions.*has 3/);
  });
});

describe("a model of a configuration", () => {
  const parse = (model: object) =>
    parseRunConfig({
      dataset: { name: "synthetic" },
      model,
      optimizer: { name: "sgd", learningRate: 1 },
      steps: 1,
    }).model;

  it("builds any network, its widths those of the list", () => {
    const { stages, block, widths } = publishedResNet(20, 1 / 4);
    for (const model of [
      { widths: [4, 8, 8] },
      { name: "vgg", widths: vggWidths(16, 1 / 8), normalization: "layer", activation: "gelu" },
      { name: "resnet", stages, block, widths, normalization: "none", activation: "leaky-relu" },
      { widths: [8, 16], normalization: "group", groups: 4 },
    ]) {
      const network = createNetwork(parse(model), dataset);
      expect(network.widths).toEqual(model.widths);
      const roles = new Set(network.layout.slots.map(({ role }) => role));
      expect(roles.has("gamma")).toBe(model.normalization !== "none");
    }
  });

  it.each([
    [{ widths: [8, 12], normalization: "group" }, /Layer C2 has 12 filters.*8 groups/],
    [{ name: "vgg", widths: [8] }, /VGG/],
    [{ name: "resnet", widths: [8] }, /stages is missing/],
    [{ widths: [8], stages: [1] }, /stages belongs to a ResNet, and the model is basicnet/],
    [{ name: "resnet", stages: [1], widths: [8, 8, 4] }, /equal widths, got stem 8, S1B1C2 4/],
    [{ widths: [8], activation: "leaky-relu", negativeSlope: 1 }, /negativeSlope/],
  ])("that does not fit together is refused before anything starts (%#)", (model, message) => {
    expect(() => parse(model)).toThrow(message);
  });
});
