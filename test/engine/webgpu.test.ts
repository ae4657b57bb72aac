import { execFile } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { Tensor1D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { InPlaceVariable } from "../../lib/engine/in-place-variable.js";
import { gradientRule } from "../../lib/engine/rule.js";
import type { WatchedBackend } from "../../lib/engine/webgpu/backend.js";
import { openWebgpu } from "../../lib/engine/webgpu/dawn.js";
import type { WebgpuEngine } from "../../lib/engine/webgpu/open.js";
import { basicNet, initialParameters } from "../../lib/models/index.js";
import { addDecayedWeights, chain, scaleByAdam, scaleByLearningRate } from "../../lib/optimizers/index.js";
import { projectRoot } from "../../lib/paths.js";
import { openRandom } from "../../lib/random.js";
import { Trainer } from "../../lib/training/index.js";
import { withWebgpu } from "../support/webgpu.js";

describe.skipIf(withWebgpu !== test)("engine webgpu", () => {
  let engine: WebgpuEngine;
  let backend: WatchedBackend;
  beforeAll(async () => {
    engine = await openWebgpu();
    backend = tf.backend() as WatchedBackend;
  });

  withWebgpu("says what it runs on", () => {
    const { name, software } = engine.adapter;
    expect(engine.version).toContain(`WebGPU on ${name}${software ? " (software)" : ""}, Dawn 0.6.2`);
  });

  withWebgpu("trains without reading back and without keeping anything", async () => {
    const network = basicNet({ widths: [4], input: [4, 4, 3], classes: 3 });
    const random = openRandom(1, "webgpu");
    const initial = initialParameters(network.layout, random);
    const optimizer = chain(addDecayedWeights(1e-3), scaleByAdam(), scaleByLearningRate(1e-2));
    const trainer = new Trainer({ network, engine, chain: optimizer, initial, batchSize: 4 });
    const step = () => {
      const images = Float32Array.from({ length: 4 * 4 * 4 * 3 }, () => random.normal());
      const labels = tf.tensor1d([0, 1, 2, 0], "int32");
      return trainer.step({ images: tf.tensor4d(images, [4, 4, 4, 3]), labels }, 1);
    };
    const settled = async () => {
      const logits = step();
      expect((await logits.data()).every(Number.isFinite)).toBe(true);
      logits.dispose();
      const { numTensors } = tf.memory();
      return { numTensors, dataIds: backend.numDataIds(), bytes: backend.memory().numBytesAllocatedInGPU };
    };
    await settled();
    const before = await settled();
    const reads = [vi.spyOn(backend, "read"), vi.spyOn(backend, "readSync")];
    for (let count = 0; count < 5; count++) step().dispose();
    for (const read of reads) {
      expect(read).not.toHaveBeenCalled();
      read.mockRestore();
    }
    // Buffers of several steps in flight may be more than those of one; they are used again from then on.
    const after = await settled();
    expect({ ...after, bytes: 0 }).toEqual({ ...before, bytes: 0 });
    for (let count = 0; count < 5; count++) step().dispose();
    expect(await settled()).toEqual(after);
    trainer.dispose();
  });

  withWebgpu("adds more tensors than a shader can bind", async () => {
    const tensors = Array.from({ length: 40 }, (_, index) => tf.tensor1d([index, 1]));
    const sum = tf.addN(tensors);
    expect([...(await sum.data())]).toEqual([780, 40]);
    const memory = tf.memory().numTensors;
    tf.addN(tensors).dispose();
    expect(tf.memory().numTensors).toBe(memory);
    tf.dispose([...tensors, sum]);
  });

  withWebgpu("updates variables in place, unseen by what was read before", async () => {
    const initial = tf.tensor1d([1, 2]);
    const variable = engine.ops.variable(initial) as InPlaceVariable;
    expect(variable).toBeInstanceOf(InPlaceVariable);
    const update = () =>
      tf.tidy(() =>
        engine.ops.fusedUpdate!(variable, tf.tensor1d([1, 1]) as Tensor1D, {
          ...{ l2: 0, decay: undefined, learningRate: 1, rule: gradientRule },
        }),
      );
    const before = variable.read();
    update();
    expect([...(await before.data())]).toEqual([1, 2]);
    expect([...(await initial.data())]).toEqual([1, 2]);
    // What was read back is not what is read after the next update.
    const between = variable.read();
    expect([...(await between.data())]).toEqual([0, 1]);
    tf.dispose([before, between]);
    update();
    const after = variable.read();
    expect([...(await after.data())]).toEqual([-1, 0]);
    tf.dispose([after, initial]);
    variable.dispose();
  });

  withWebgpu("lets its process end", async () => {
    const library = pathToFileURL(join(projectRoot, "lib/dist/engine/index.js")).href;
    const source = `
      import { openEngine } from ${JSON.stringify(library)};
      const { version } = await openEngine({ name: "webgpu" });
      console.log(version);`;
    const child = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", source], {
      timeout: 60_000,
    });
    expect(child.stdout).toContain(engine.version);
  });

  /** A function that goes wrong on the device, and one that does not. */
  const program = () =>
    engine.open({
      variables: {},
      functions: {
        outer: {
          inputs: [{ shape: [100_000], dtype: "float32" }],
          body: ({ inputs: [x] }) => [tf.outerProduct(x as Tensor1D, x as Tensor1D)],
        },
        wrong: {
          inputs: [{ shape: [2], dtype: "float32" }],
          body: ({ inputs: [x] }) => [tf.reshape(x!, [3])],
        },
      },
    });

  withWebgpu("names operation, shape and size of a tensor that no buffer can hold", () => {
    const x = tf.ones([100_000]) as Tensor1D;
    expect(() => program().call("outer", [x])).toThrow(
      /^Engine webgpu: \w+ on \[.*\] needs a tensor \[1,100000,100000\] of 37\.3 GiB; the largest here is /,
    );
    x.dispose();
  });

  withWebgpu("names itself, the function and the shapes where an operation throws", () => {
    const x = tf.tensor1d([1, 2]);
    expect(() => program().call("wrong", [x])).toThrow(
      /^Engine webgpu failed in wrong on \[2\]: Size\(2\) must match/,
    );
    x.dispose();
  });

  withWebgpu("computes nothing more, and gives no results, once the device has failed", async () => {
    const x = tf.ones([100_000]) as Tensor1D;
    const result = tf.square(x);
    engine.device.createBuffer({ size: 2 ** 45, usage: GPUBufferUsage.STORAGE });
    await expect(result.data()).rejects.toThrow(
      /^Engine webgpu failed in or before UnaryOp on \[100000\]: .*buffer/i,
    );
    expect(() => program().call("outer", [x])).toThrow(/^Engine webgpu failed in or before /);
  });
});
