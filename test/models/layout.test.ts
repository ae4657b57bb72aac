import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { ParameterLayout } from "../../lib/models/index.js";

const layout = new ParameterLayout([
  { name: "weight", shape: [3, 3, 1, 2], role: "weight" },
  { name: "gamma", shape: [16], role: "gamma" },
  { name: "bias", shape: [3], role: "bias" },
]);

describe("the flat parameter vector", () => {
  beforeAll(async () => {
    await tf.setBackend("cpu");
  });

  it("starts every parameter at a multiple of 16 floats and counts them without padding", () => {
    expect(layout.slots.map(({ offset, size }) => [offset, size])).toEqual([
      [0, 18],
      [32, 16],
      [48, 3],
    ]);
    expect(layout.length).toBe(64);
    expect(layout.count).toBe(37);
  });

  it("splits into tensors of the parameters' shapes, and concat is the inverse with zeros between", () => {
    const values = Float32Array.from({ length: layout.length }, (_, index) => index + 1);
    const pieces = layout.split(tf.tensor1d(values));
    expect(pieces.map(({ shape }) => shape)).toEqual([[3, 3, 1, 2], [16], [3]]);
    expect([...pieces[2]!.dataSync()]).toEqual([49, 50, 51]);
    const back = layout.concat(pieces).dataSync();
    for (const slot of layout.slots) {
      expect(layout.view(back as Float32Array, slot)).toEqual(layout.view(values, slot));
    }
    expect([...back.slice(18, 32)].every((value) => value === 0)).toBe(true);
    expect([...back.slice(51)].every((value) => value === 0)).toBe(true);
  });

  it("refuses a tensor that does not fit, by name", () => {
    expect(() => layout.concat([tf.zeros([18]), tf.zeros([15]), tf.zeros([3])])).toThrow(
      "Parameter gamma has 16 values, got 15",
    );
  });
});
