import type { Tensor, Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { kernelsVersion, type NativeKernels } from "../../lib/engine/native/kernels.js";
import { loadNative } from "../../lib/engine/native/status.js";
import type { Ops, Shape4D } from "../../lib/engine/ops.js";
import { tensorflowOps } from "../../lib/engine/tensorflow.js";
import type { TensorflowBackend } from "../../lib/engine/tensorflow-backend.js";
import { kernelOps } from "../../lib/engine/tensorflow-kernels.js";
import { openRandom } from "../../lib/random.js";
import { compareConvolution } from "./compare-convolution.js";
import * as reference from "./reference.js";
import { compare, generator, spread, tensor, withKernels } from "./support.js";

let backend: TensorflowBackend;
let kernels: NativeKernels;
let ops: Ops;
let widest: string;

if (withKernels !== test.skip) {
  beforeAll(async () => {
    kernels = (await loadNative()).kernels!;
    await tf.setBackend("tensorflow");
    backend = tf.backend() as unknown as TensorflowBackend;
    ops = kernelOps(backend, tensorflowOps(backend));
    widest = kernels.instructions();
  });
  afterEach(() => {
    kernels.limitInstructions(widest);
    kernels.setThreads(1);
  });
}

/** Runs `work` with each instruction set that the processor has, with one thread and with three. */
async function everyWay(work: () => Promise<void>): Promise<void> {
  let ways = 0;
  for (const name of ["avx512", "avx2", "plain"]) {
    if (!kernels.limitInstructions(name)) continue;
    for (const threads of [1, 3]) {
      kernels.setThreads(threads);
      await work();
      ways++;
    }
  }
  expect(ways).toBeGreaterThanOrEqual(2);
}

const random = openRandom(11, "native kernels");
const between = (low: number, high: number) => low + random.integer(high - low + 1);

/** Every size of image once, with odd numbers of channels and filters as pruning leaves them. */
const cases = Array.from({ length: 33 }, (_, index) => {
  const side = index + 1;
  const other = index % 3 === 0 ? side : between(1, 33);
  const channels = index % 5 === 0 ? [1, 3][index % 2]! : between(4, 40);
  const filters = channels < 4 ? 8 * between(1, 4) : between(4, 40);
  const each = side * other * channels * filters * 9;
  const images = Math.max(1, Math.min(between(1, 9), Math.floor(1_000_000 / each)));
  return { x: [images, side, other, channels], filter: [3, 3, channels, filters] } as {
    x: Shape4D;
    filter: Shape4D;
  };
});

describe("kernels of all instruction sets", () => {
  withKernels("are those of this version", () => {
    expect(kernels.version).toBe(kernelsVersion);
    expect(kernels.refused).toBe("");
    expect(kernels.limitInstructions("none such")).toBe(false);
  });

  for (const { x, filter } of cases) {
    withKernels(`agree with loops in double precision, [${x}] * [${filter}]`, () =>
      everyWay(() => compareConvolution(ops, { x, filter, stride: 1 })),
    );
  }

  withKernels("normalize with as few channels as a vector has, and more rows than a part", () =>
    everyWay(async () => {
      for (const shape of [
        [2, 3, 3, 4],
        [3, 5, 1, 37],
        [40, 16, 16, 9],
      ] as Shape4D[]) {
        const values = generator();
        const x = spread(values, shape);
        const [gamma, beta, dy] = [values([shape[3]]), values([shape[3]]), values(shape)];
        const options = { epsilon: 1e-5, slope: 0.1 };
        const forward = reference.batchNorm(x, gamma, beta, options);
        const gradients = reference.batchNormGradients(dy, x, gamma, beta, options);
        const statistics = [
          tensor<Tensor1D>(forward.mean),
          tensor<Tensor1D>(forward.biasedVariance),
        ] as const;
        await compare(() => {
          const result = ops.batchNorm(tensor(x), tensor(gamma), tensor(beta), options);
          const gradient = ops.batchNormGradient(tensor(dy), tensor(x), tensor(gamma), result, options);
          return [
            [result.output, forward.output],
            [result.variance, forward.variance],
            [gradient.input, gradients.x],
            [gradient.gamma, gradients.gamma],
            [gradient.beta, gradients.beta],
            [
              ops.batchNormInference(tensor(x), tensor(gamma), tensor(beta), ...statistics, options),
              forward.output,
            ],
          ];
        });
      }
    }),
  );

  withKernels("normalize what is too small to be squared, as behind filters long dead", () =>
    everyWay(async () => {
      const shape: Shape4D = [5, 8, 8, 21];
      const values = generator();
      const x = values(shape);
      for (let index = 0; index < x.data.length; index++) if (index % 3 === 0) x.data[index]! *= 1e-30;
      const [gamma, beta] = [values([21]), values([21])];
      const options = { epsilon: 1e-3, slope: 0.1 };
      const right = reference.batchNorm(x, gamma, beta, options);
      const { mean, variance, output } = tf.tidy(() => {
        const result = ops.batchNorm(tensor(x), tensor(gamma), tensor(beta), options);
        return {
          mean: result.mean.dataSync(),
          variance: result.variance.dataSync(),
          output: result.output.dataSync(),
        };
      });
      for (let c = 0; c < 21; c++) {
        // Relative to the values: 1e-30 is not taken for 0.
        const scale = c % 3 === 0 ? 1e-30 : 1;
        expect(mean[c]! / scale).toBeCloseTo(right.mean.data[c]! / scale, 4);
        expect(variance[c]).toBeCloseTo(right.variance.data[c]!, 4);
        if (c % 3 === 0) expect(variance[c]).toBe(0);
      }
      for (const [index, value] of output.entries()) expect(value).toBeCloseTo(right.output.data[index]!, 4);
    }),
  );

  withKernels("give exactly zero for filters and channels that are zero", () =>
    everyWay(async () => {
      for (const side of [1, 2, 5, 8]) {
        tf.tidy(() => {
          const alive = tf.tensor1d(Array.from({ length: 24 }, (_, i) => (i % 3 === 0 ? 0 : 1)));
          const x = tf.mul(tf.randomNormal([6, side, side, 24]), alive) as Tensor4D;
          const dy = tf.mul(tf.randomNormal([6, side, side, 24]), alive) as Tensor4D;
          const all = tf.randomNormal([3, 3, 24, 24]);
          const filter = tf.mul(tf.mul(all, alive), tf.reshape(alive, [24, 1])) as Tensor4D;
          const results = [
            ops.conv2d(x, filter, 1),
            ops.conv2dInputGradient(dy, filter, x.shape, 1),
            ops.conv2dFilterGradient(x, dy, filter.shape, 1),
          ];
          const channels = tf.transpose(results[2]!, [0, 1, 3, 2]);
          for (const result of [...results, channels]) {
            const dead = result.dataSync().filter((_, i) => i % 3 === 0);
            expect(dead.every((value) => value === 0)).toBe(true);
            expect(result.dataSync().filter((value) => value !== 0).length).toBeGreaterThan(0);
          }
        });
      }
    }),
  );
});

describe("threads", () => {
  const run = (threads: number, work: () => Tensor): Float32Array => {
    kernels.setThreads(threads);
    const result = work();
    const values = result.dataSync() as Float32Array;
    result.dispose();
    return values;
  };
  const largest = (values: Float32Array) =>
    values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

  // Many small tasks one after the other are what helpers that come late would spoil.
  withKernels("change no bit of outputs and input gradients, and rounding only of filter gradients", () => {
    for (let turn = 0; turn < 120; turn++) {
      tf.tidy(() => {
        const [images, height, width] = [between(1, 20), between(1, 18), between(1, 18)];
        const [channels, filters] = [4 * between(2, 40), 4 * between(2, 40)];
        const x = tf.randomNormal([images, height, width, channels], 0, 1, "float32", turn + 1) as Tensor4D;
        const dy = tf.randomNormal([images, height, width, filters], 0, 1, "float32", turn + 500) as Tensor4D;
        const filter = tf.randomNormal([3, 3, channels, filters], 0, 1, "float32", turn + 900) as Tensor4D;
        const what = `[${x.shape}] * [${filter.shape}]`;
        for (const work of [
          () => ops.conv2d(x, filter, 1),
          () => ops.conv2dInputGradient(dy, filter, x.shape, 1),
          () =>
            ops.batchNorm(x, tf.ones([channels]), tf.zeros([channels]), { epsilon: 1e-5, slope: 0 }).output,
        ]) {
          expect(Buffer.from(run(3, work).buffer).equals(Buffer.from(run(1, work).buffer)), what).toBe(true);
        }
        const sums = () => ops.conv2dFilterGradient(x, dy, filter.shape, 1);
        const [one, three, again] = [run(1, sums), run(3, sums), run(3, sums)];
        expect(Buffer.from(three.buffer).equals(Buffer.from(again.buffer)), what).toBe(true);
        const differences = one.map((value, i) => value - three[i]!);
        expect(largest(differences) / largest(one), what).toBeLessThan(1e-5);
      });
    }
  });
});

describe("what the kernels do not take", () => {
  withKernels("ends in an error that says so", () => {
    const form = (value: string) => [{ name: "form", type: backend.binding.TF_ATTR_STRING, value }];
    const convolve = (value: string, x: Shape4D, filter: Shape4D) =>
      tf.tidy(() =>
        backend.executeSingleOutput("FilterSparsityConv2D", form(value), [tf.ones(x), tf.ones(filter)]),
      );
    expect(() => convolve("fast", [1, 4, 4, 4], [3, 3, 4, 4])).toThrow(/unknown form/);
    expect(() => convolve("karatsuba", [1, 4, 4, 4], [3, 3, 4, 4])).toThrow(/does not take this shape/);
    expect(() => convolve("winograd-4x4", [1, 4, 4, 4], [3, 3, 5, 4])).toThrow(/do not agree/);
    expect(() => convolve("winograd-4x4", [1, 4, 4, 4], [1, 1, 4, 4])).toThrow(/do not agree/);
  });

  withKernels("goes to TensorFlow", async () => {
    for (const stride of [1, 2]) {
      await compareConvolution(ops, { x: [2, 6, 5, 2], filter: [3, 3, 2, 5], stride });
      await compareConvolution(ops, { x: [2, 6, 5, 3], filter: [3, 3, 3, 5], stride });
      await compareConvolution(ops, { x: [2, 6, 5, 8], filter: [1, 1, 8, 8], stride });
    }
  });
});

withKernels("a rectifier gives 0 for minus infinity and NaN for NaN", () => {
  const x = tf.tensor4d([Number.NEGATIVE_INFINITY, Number.NaN, -1, 2], [1, 1, 1, 4]);
  const [ones, zeros] = [tf.ones([4]) as Tensor1D, tf.zeros([4]) as Tensor1D];
  const y = ops.batchNormInference(x, ones, zeros, zeros, ones, { epsilon: 0, slope: 0 });
  expect([...y.dataSync()]).toEqual([0, Number.NaN, 0, 2]);
});
