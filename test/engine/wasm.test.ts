import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test, vi } from "vitest";
import type { Engine } from "../../lib/engine/index.js";
import * as kernels from "../../lib/engine/kernels/file.js";
import { Heap } from "../../lib/engine/kernels/heap.js";
import { HeapVariable } from "../../lib/engine/kernels/variable.js";
import { gradientRule } from "../../lib/engine/rule.js";
import { openWasm } from "../../lib/engine/wasm.js";
import { basicNet, initialParameters } from "../../lib/models/index.js";
import { addDecayedWeights, chain, scaleByAdam, scaleByLearningRate } from "../../lib/optimizers/index.js";
import { openRandom } from "../../lib/random.js";
import { Trainer } from "../../lib/training/index.js";

let engine: Engine;
let heap: Heap;
beforeAll(async () => {
  engine = await openWasm();
  heap = new Heap(tf.backend() as unknown as BackendWasm);
});

describe("compiled kernels", () => {
  test("bring no data and no start of their own: the memory they work in belongs to tfjs", async () => {
    const code = await kernels.readKernels();
    const [start, data] = [8, 11];
    expect(sections(code)).not.toContain(start);
    expect(sections(code)).not.toContain(data);
    const imports = WebAssembly.Module.imports(await WebAssembly.compile(code));
    expect(imports.map(({ module, name }) => `${module}.${name}`).sort()).toEqual([
      "env.memory",
      "softmax.exp",
    ]);
  });

  test("missing ones are noticed when the engine opens, which then says that it does without", async () => {
    const missing = vi.spyOn(kernels, "readKernels").mockRejectedValue(new Error("kernels are not built"));
    const composed = await openWasm();
    missing.mockRestore();
    expect(composed.ops.fusedUpdate).toBeUndefined();
    expect(composed.version).toMatch(/without own kernels, several times slower: kernels are not built/);
    expect(composed.fallback).toBe("kernels are not built");
    expect(engine.fallback).toBeUndefined();
  });

  test("a half of them is not taken for kernels", async () => {
    const whole = await kernels.readKernels();
    const half = vi
      .spyOn(kernels, "readKernels")
      .mockResolvedValue(whole.slice(0, Math.floor(whole.length / 2)));
    const composed = await openWasm();
    half.mockRestore();
    expect(composed.fallback).toMatch(/kernels.wasm is damaged: remove lib\/.builds/);
  });

  test("still find their tensors after the memory grew", () => {
    const x = tf.ones([1, 2, 2, 4]) as Tensor4D;
    const before = heap.memory!.buffer.byteLength;
    const large = tf.zeros([before / 4]);
    expect(heap.memory!.buffer.byteLength).toBeGreaterThan(before);
    const y = engine.ops.maxPool(x);
    expect([...y.dataSync()]).toEqual([1, 1, 1, 1]);
    tf.dispose([x, y, large]);
  });
});

describe("tfjs' kernels that are replaced still mean the same", () => {
  const counting = (shape: number[]) =>
    tf.reshape(tf.range(0, tf.util.sizeFromShape(shape), 1, "float32"), shape);

  test.each([
    { shape: [3], reps: [2] },
    { shape: [2, 3], reps: [1, 2] },
    { shape: [2, 1, 1, 3], reps: [1, 2, 3, 1] },
    { shape: [2, 2, 3], reps: [3, 2, 2] },
  ])("tile $shape by $reps", ({ shape, reps }) => {
    const tiled = tf.tile(counting(shape), reps);
    expect(tiled.shape).toEqual(shape.map((side, axis) => side * reps[axis]!));
    const strides = tf.util.computeStrides(tiled.shape);
    const expected = Array.from({ length: tiled.size }, (_, index) => {
      const place = tf.util.indexToLoc(index, tiled.shape.length, strides);
      return tf.util.locToIndex(
        place.map((value, axis) => value % shape[axis]!),
        shape.length,
        tf.util.computeStrides(shape),
      );
    });
    expect([...tiled.dataSync()]).toEqual(expected);
  });

  test("split of vectors and of matrices", () => {
    const pieces = tf.split(counting([7]), [3, 1, 0, 3]).map((piece) => [...piece.dataSync()]);
    expect(pieces).toEqual([[0, 1, 2], [3], [], [4, 5, 6]]);
    const columns = tf.split(counting([2, 3]), [1, 2], 1).map((piece) => [...piece.dataSync()]);
    expect(columns).toEqual([
      [0, 3],
      [1, 2, 4, 5],
    ]);
    expect(tf.split(tf.tensor1d([1, 2], "int32"), 2).map(({ dtype }) => dtype)).toEqual(["int32", "int32"]);
  });

  test.each([1, 4, 6])("maximum over the pixels of %i channels, and over others", (channels) => {
    const x = tf.mul(counting([2, 3, 5, channels]), -1);
    const last = Array.from({ length: 2 * channels }, (_, index) => {
      const [image, channel] = [Math.floor(index / channels), index % channels];
      return -(image * 15 * channels + channel);
    });
    expect([...tf.max(x, [1, 2]).dataSync()]).toEqual(last.map((value) => value || expect.closeTo(0)));
    expect(tf.max(x, [1, 2], true).shape).toEqual([2, 1, 1, channels]);
    expect(tf.max(x).dataSync()[0]).toBeCloseTo(0);
    expect(tf.max(tf.tensor4d([1, Number.NaN, 3, 0], [1, 2, 2, 1]), [1, 2]).dataSync()[0]).toBeNaN();
  });
});

describe("a variable that is updated in place", () => {
  const sgd = { l2: 0, decay: undefined, learningRate: 1, rule: gradientRule } as const;

  test("never changes what was read from it before", () => {
    const variable = new HeapVariable(heap, tf.tensor1d([1, 2, 3]));
    const reader = variable.read();
    const view = tf.reshape(reader, [3, 1]);
    reader.dispose();
    engine.ops.fusedUpdate!(variable, tf.tensor1d([1, 1, 1]), sgd);
    expect([...view.dataSync()]).toEqual([1, 2, 3]);
    expect([...variable.read().dataSync()]).toEqual([0, 1, 2]);
    variable.dispose();
  });

  test("never changes what was assigned to it", () => {
    const variable = new HeapVariable(heap, tf.zeros([2]));
    const value = tf.tensor1d([5, 6]);
    variable.assign(value);
    engine.ops.fusedUpdate!(variable, tf.tensor1d([1, 1]), sgd);
    expect([...value.dataSync()]).toEqual([5, 6]);
    expect([...variable.read().dataSync()]).toEqual([4, 5]);
    variable.dispose();
  });

  test("stays where it is when nobody reads it", () => {
    const initial = tf.tensor1d([1, 2]);
    const variable = new HeapVariable(heap, initial);
    initial.dispose();
    const place = variable.writable();
    tf.tidy(() => engine.ops.fusedUpdate!(variable, tf.tensor1d([1, 1]) as Tensor1D, sgd));
    expect(variable.writable()).toBe(place);
    variable.dispose();
  });
});

test("500 training steps keep no tensor and do not grow the memory", () => {
  const random = openRandom(1, "wasm");
  const network = basicNet({ widths: [4, 6, 8], input: [8, 8, 3], classes: 3 });
  const optimizer = chain(addDecayedWeights(1e-3), scaleByAdam(), scaleByLearningRate(1e-2));
  const initial = initialParameters(network.layout, random);
  const trainer = new Trainer({ network, engine, chain: optimizer, initial, batchSize: 10 });
  const step = () => {
    const images = Float32Array.from({ length: 10 * 8 * 8 * 3 }, () => random.normal());
    const labels = Int32Array.from({ length: 10 }, () => random.integer(3));
    const batch = { images: tf.tensor4d(images, [10, 8, 8, 3]), labels: tf.tensor1d(labels, "int32") };
    trainer.step(batch, 1).dispose();
  };
  for (let count = 0; count < 20; count++) step();
  const [tensors, bytes, dataIds] = [
    tf.memory().numTensors,
    heap.memory!.buffer.byteLength,
    heap.backend.numDataIds(),
  ];
  for (let count = 0; count < 500; count++) step();
  expect(tf.memory().numTensors).toBe(tensors);
  expect(heap.backend.numDataIds()).toBe(dataIds);
  expect(heap.memory!.buffer.byteLength).toBe(bytes);
  trainer.dispose();
});

/** The ids of a WebAssembly module's sections, in order. */
function sections(code: Uint8Array): number[] {
  const ids: number[] = [];
  let at = 8;
  while (at < code.length) {
    ids.push(code[at++]!);
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = code[at++]!;
      size |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    at += size;
  }
  return ids;
}
