import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, type TestAPI, test } from "vitest";
import { loadNative, nativeStatus } from "../../lib/engine/native/status.js";
import type { Ops } from "../../lib/engine/ops.js";
import { tensorflowOps } from "../../lib/engine/tensorflow.js";
import type { TensorflowBackend } from "../../lib/engine/tensorflow-backend.js";
import { kernelOps } from "../../lib/engine/tensorflow-kernels.js";
import { openWasm } from "../../lib/engine/wasm.js";
import { wasmComposedOps } from "../../lib/engine/wasm-composed.js";
import { openWebgpu } from "../../lib/engine/webgpu/dawn.js";
import { openRandom } from "../../lib/random.js";
import { optional } from "../support/optional.js";
import { webgpuInSoftware, withWebgpu } from "../support/webgpu.js";
import type { Volume } from "./reference.js";

const native = await nativeStatus();
const withTensorflow = optional("native TensorFlow", native.loads, native.problem ?? "");
export const withKernels = optional(
  "own kernels of native TensorFlow",
  native.kernels !== undefined,
  native.kernelsProblem ?? native.problem ?? "",
);

async function openTensorflow(): Promise<TensorflowBackend> {
  await loadNative();
  await tf.setBackend("tensorflow");
  return tf.backend() as unknown as TensorflowBackend;
}

const openers: { name: string; check: TestAPI; open: () => Promise<Ops> }[] = [
  {
    name: "wasm",
    check: test,
    async open() {
      const { ops, version } = await openWasm();
      expect(version).toContain("own kernels");
      return ops;
    },
  },
  {
    name: "wasm without own kernels",
    check: test,
    async open() {
      await openWasm();
      return wasmComposedOps;
    },
  },
  {
    name: "tensorflow",
    check: withTensorflow,
    open: async () => tensorflowOps(await openTensorflow()),
  },
  {
    name: "tensorflow with own kernels",
    check: withKernels,
    async open() {
      const backend = await openTensorflow();
      return kernelOps(backend, tensorflowOps(backend));
    },
  },
  {
    name: "webgpu",
    check: withWebgpu,
    async open() {
      const { ops } = await openWebgpu();
      await tf.setBackend("webgpu");
      return ops;
    },
  },
];

/** Describes tests of every engine's kernels. `check` is a test that skips where the engine is not there. */
export function describeEngines(
  what: string,
  body: (check: TestAPI, ops: () => Ops, engine: string) => void,
): void {
  for (const { name, check, open } of openers) {
    describe(`${name}: ${what}`, () => {
      let ops: Ops;
      if (check !== test.skip) {
        beforeAll(async () => {
          ops = await open();
        });
      }
      body(check, () => ops, name);
    });
  }
}

/** Every second case where an engine runs in software and takes seconds for each. */
export const affordable = <T>(engine: string, cases: readonly T[]): T[] =>
  cases.filter((_, index) => engine !== "webgpu" || !webgpuInSoftware || index % 2 === 1);

/** Largest difference allowed, relative to the largest value of the reference. */
const tolerance = 1e-5;

/** Normal values, rounded to single precision so that both sides start from the same. */
export function generator(name = "ops"): (shape: number[]) => Volume {
  const random = openRandom(1, name);
  return (shape) => {
    const size = shape.reduce((product, side) => product * side, 1);
    return { data: Float64Array.from({ length: size }, () => Math.fround(random.normal())), shape };
  };
}

/** A mean well away from zero and channels of different scale, as convolutions give. */
export function spread(random: (shape: number[]) => Volume, shape: number[]): Volume {
  const channels = shape.at(-1)!;
  const scales = random([channels]).data;
  return mapped(random(shape), (value, index) => 3 + value * (0.5 + Math.abs(scales[index % channels]!)));
}

export function mapped({ data, shape }: Volume, change: (value: number, index: number) => number): Volume {
  return { data: data.map((value, index) => Math.fround(change(value, index))), shape };
}

export function tensor<T extends Tensor = never>({ data, shape }: Volume): T {
  return tf.tensor(Float32Array.from(data), shape) as T;
}

/** Runs `run` in a scope of its own and compares what it gives; a second time may leave nothing behind. */
export async function compare(run: () => [Tensor, Volume][]): Promise<void> {
  tf.tidy(() => {
    run();
  });
  const before = tf.memory().numTensors;
  let expected: Volume[] = [];
  const results = tf.tidy(() => {
    const pairs = run();
    expected = pairs.map(([, volume]) => volume);
    return pairs.map(([actual]) => actual);
  });
  expect(tf.memory().numTensors).toBe(before + new Set(results).size);
  for (const [index, actual] of results.entries()) {
    const { data, shape } = expected[index]!;
    expect(actual.shape, `shape of output ${index}`).toEqual(shape);
    const scale = data.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-30);
    const values = await actual.data();
    let largest = 0;
    for (const [i, value] of data.entries()) {
      const difference = Math.abs(values[i]! - value);
      // A NaN is larger than anything.
      if (!(difference <= largest)) largest = difference;
    }
    expect(largest / scale, `output ${index}`).toBeLessThan(tolerance);
  }
  tf.dispose(results);
}
