import { describe, expect, it } from "vitest";
import { basicNet, basicNetWidths, initialParameters, scaledBasicNetWidths } from "../../lib/models/index.js";
import { openRandom } from "../../lib/random.js";

describe("BasicNet", () => {
  it("has the parameters and multiply-accumulates of its width list", () => {
    const network = basicNet({ widths: [4, 8, 8], input: [8, 8, 3], classes: 5 });
    const convolutions = 9 * (3 * 4 + 4 * 8 + 8 * 8);
    expect(network.layout.count).toBe(convolutions + 2 * (4 + 8 + 8) + 8 * 5 + 5);
    // Two convolutions at 8x8, one at 4x4 behind the pooling, the dense layer.
    expect(network.macs).toBe(9 * (3 * 4 * 64 + 4 * 8 * 64 + 8 * 8 * 16) + 8 * 5);
    expect(network.layers.map(({ name, offset }) => [name, offset])).toEqual([
      ["C1", 0],
      ["C2", 4],
      ["C3", 12],
    ]);
  });

  it("scales the full widths", () => {
    expect(scaledBasicNetWidths(1)).toEqual(basicNetWidths);
    expect(scaledBasicNetWidths(1 / 4)).toEqual([16, 32, 32, 64, 64, 128, 128]);
    expect(scaledBasicNetWidths(1e-3).every((width) => width === 1)).toBe(true);
  });

  it("says how large images have to be for its depth", () => {
    expect(() => basicNet({ widths: basicNetWidths, input: [4, 4, 3], classes: 2 })).toThrow(
      /needs images of at least 8x8 pixels, got 4x4/,
    );
  });

  it("starts with gamma 1, beta 0 and weights of variance 2 / fan-in", () => {
    const { layout } = basicNet({ widths: [64, 64], input: [8, 8, 3], classes: 10 });
    const values = initialParameters(layout, openRandom(1, "init"));
    const of = (name: string) => layout.view(values, layout.slots.find((slot) => slot.name === name)!);
    expect(of("C1/gamma").every((value) => value === 1)).toBe(true);
    expect(of("C1/beta").every((value) => value === 0)).toBe(true);
    const weights = of("C2/weight");
    const variance = weights.reduce((sum, value) => sum + value ** 2, 0) / weights.length;
    const expected = 2 / (9 * 64);
    // Five standard errors of a variance over 36,864 weights: sqrt(2 / n).
    expect(Math.abs(variance / expected - 1)).toBeLessThan(5 * Math.sqrt(2 / weights.length));
  });
});
