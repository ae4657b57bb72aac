import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { type ConvolutionForm, convolutionForm } from "../../lib/engine/convolution-form.js";
import type { Ops, Shape4D } from "../../lib/engine/ops.js";
import { openWasm } from "../../lib/engine/wasm.js";
import { openRandom } from "../../lib/random.js";
import { compareConvolution } from "./compare-convolution.js";
import type { Volume } from "./reference.js";
import { generator, mapped, tensor } from "./support.js";

let ops: Ops;
beforeAll(async () => {
  ops = (await openWasm()).ops;
});

interface Case {
  x: Shape4D;
  filter: Shape4D;
}

/** A filter of 3 x 3 taps over images. */
const over = (x: Shape4D, outputs: number): Case => ({ x, filter: [3, 3, x[3], outputs] });

/** Each form's shapes, "direct" where there is none: whole tiles and cut ones, batches of several blocks, channels that fill no vector. */
const edges: Record<ConvolutionForm | "direct", Case[]> = {
  "winograd-4x4": [
    over([1, 4, 4, 4], 4),
    over([3, 3, 3, 5], 9),
    over([2, 7, 6, 6], 11),
    over([1, 33, 33, 7], 4),
    over([70, 4, 4, 8], 13),
    over([5, 16, 16, 16], 8),
    over([2, 3, 8, 9], 12),
    over([40, 3, 4, 32], 36),
  ],
  karatsuba: [over([1, 2, 2, 4], 4), over([41, 2, 2, 13], 10), over([100, 2, 2, 16], 24)],
  center: [over([1, 1, 1, 4], 4), over([37, 1, 1, 9], 5), over([5, 1, 1, 32], 16)],
  "winograd-2x2": [over([2, 6, 6, 7], 8), over([3, 5, 5, 8], 8), over([2, 9, 1, 8], 8)],
  direct: [over([2, 6, 6, 3], 8), over([2, 6, 6, 8], 1), over([3, 1, 1, 1], 1)],
};

const random = openRandom(17, "winograd");
const side = () => 1 + random.integer(33);

/** Images of 1 x 1 to 33 x 33 pixels, 1 to 40 channels, with few enough products for loops. */
const drawn: Case[] = Array.from({ length: 24 }, (_, index) => {
  for (;;) {
    const [images, height, width] = [
      1 + random.integer(6),
      side(),
      index % 2 ? side() : 1 + random.integer(4),
    ];
    const [inputs, outputs] = [1 + random.integer(40), 1 + random.integer(40)];
    if (9 * images * height * width * inputs * outputs < 1_500_000)
      return over([images, height, width, inputs], outputs);
  }
});

describe("convolutions of 3 x 3 taps agree with loops in double precision", () => {
  for (const [form, cases] of Object.entries(edges)) {
    test.each(cases)(`${form}: [$x] * [$filter]`, async ({ x, filter }) => {
      const [, height, width] = x;
      expect(convolutionForm({ height, width }, filter, 1) ?? "direct").toBe(form);
      await compareConvolution(ops, { x, filter, stride: 1 });
    });
  }

  test.each(drawn)("[$x] * [$filter]", ({ x, filter }) => compareConvolution(ops, { x, filter, stride: 1 }));
});

/** What the study counts are filters that are exactly zero: no form may mix channels, in any batch or image. */
describe.each(["winograd-4x4", "karatsuba", "center"] as const)("%s: zero stays zero", (form) => {
  const { x, filter } = edges[form].at(-1)!;
  const [inputs, outputs] = [filter[2], filter[3]];
  const values = generator();
  const [images, weights, dy] = [x, filter, [x[0], x[1], x[2], outputs]].map(values) as [
    Volume,
    Volume,
    Volume,
  ];

  /** Largest absolute value of each channel of the last axis. */
  const largest = async (result: Tensor) => [...(await tf.max(tf.abs(result), [0, 1, 2]).data())];

  test.each([0, 3, outputs - 1])("filter %i gives zeros, and only it", async (zero) => {
    const y = ops.conv2d(tensor(images), tensor(without(weights, outputs, zero)), 1);
    const dead = (await largest(y)).map((value, channel) => (value === 0 ? channel : -1));
    expect(dead.filter((channel) => channel >= 0)).toEqual([zero]);
  });

  test.each([0, 3, outputs - 1])("a gradient of zeros leaves filter %i none, and only it", async (zero) => {
    const silent = without(dy, outputs, zero);
    const gradient = ops.conv2dFilterGradient(tensor(images), tensor(silent), filter, 1);
    const dead = (await largest(gradient)).map((value, channel) => (value === 0 ? channel : -1));
    expect(dead.filter((channel) => channel >= 0)).toEqual([zero]);
  });

  test.each([0, 3, inputs - 1])("a filter without channel %i gives it no gradient", async (zero) => {
    const cut = mapped(weights, (value, index) =>
      Math.floor(index / outputs) % inputs === zero ? 0 : value,
    );
    const dx = ops.conv2dInputGradient(tensor(dy), tensor(cut), x, 1);
    const dead = (await largest(dx)).map((value, channel) => (value === 0 ? channel : -1));
    expect(dead.filter((channel) => channel >= 0)).toEqual([zero]);
  });

  test("a filter a trillionth as large gives a trillionth of the result, to the same digits", async () => {
    const scale = 2 ** -40;
    const small = mapped(weights, (value, index) => (index % outputs === 1 ? value * scale : value));
    const [plain, scaled] = [weights, small].map((w) => ops.conv2d(tensor(images), tensor(w), 1));
    const [full, part] = [await plain!.data(), await scaled!.data()];
    const expected = full.map((value, index) => (index % outputs === 1 ? value * scale : value));
    expect(part).toEqual(expected);
  });
});

/** The same values with one channel of the last axis zero. */
const without = (volume: Volume, channels: number, zero: number) =>
  mapped(volume, (value, index) => (index % channels === zero ? 0 : value));
