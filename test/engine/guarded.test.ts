import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { composedOps } from "../../lib/engine/composed.js";
import { guardedOps } from "../../lib/engine/guarded.js";
import { type Engine, openEngine } from "../../lib/engine/index.js";
import { openWasm } from "../../lib/engine/wasm.js";
import { basicNet, initialParameters } from "../../lib/models/index.js";
import { chain, scaleByLearningRate } from "../../lib/optimizers/index.js";
import { openRandom } from "../../lib/random.js";
import { Trainer } from "../../lib/training/index.js";

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ name: "wasm" });
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const network = basicNet({ widths: [4, 4], input: [8, 8, 3], classes: 2 });
const initial = () => initialParameters(network.layout, openRandom(1, "init"));
const stepWith = (on: Engine, parameters: Float32Array) => {
  const trainer = new Trainer({
    network,
    engine: on,
    chain: chain(scaleByLearningRate(0.1)),
    initial: parameters,
    batchSize: 5,
  });
  trainer.step({ images: tf.ones([5, 8, 8, 3]), labels: tf.tensor1d([0, 1, 0, 1, 0], "int32") }, 1);
  trainer.dispose();
};

describe("an operation that fails", () => {
  it("is named with its engine and shapes", () => {
    const lacking = guardedOps("wasm", composedOps);
    const [x, dy] = [tf.ones([1, 4, 4, 3]) as Tensor4D, tf.ones([1, 4, 4, 2]) as Tensor4D];
    expect(() => lacking.conv2dFilterGradient(x, dy, [3, 3, 3, 2], 1)).toThrow(
      /Engine wasm failed in conv2dFilterGradient on \[1,4,4,3\], \[1,4,4,2\]: .*Conv2DBackpropFilter/,
    );
  });
});

describe("FILTER_SPARSITY_CHECK=1", () => {
  /** Products of both signs overflow in the second convolution, and their sums are NaN. */
  const overflowing = () => {
    const values = initial();
    const slot = network.layout.slots.find(({ name }) => name === "C1/gamma")!;
    network.layout.view(values, slot).fill(3e38);
    return values;
  };

  it("names the operation that a NaN first goes into", async () => {
    vi.stubEnv("FILTER_SPARSITY_CHECK", "1");
    const checking = await openWasm();
    expect(() => stepWith(checking, overflowing())).toThrow(
      /Engine wasm: batchNorm on \[5,8,8,4\], \[4\], \[4\] got NaN in its tensor 1, \[5,8,8,4\].*lower the learning rate/,
    );
    stepWith(checking, initial());
  });

  it("is off by default: the loss alone tells", () => {
    stepWith(engine, overflowing());
  });
});
