import type { Tensor1D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it, type TestAPI } from "vitest";
import { type Engine, openEngine } from "../../lib/engine/index.js";
import { nativeStatus } from "../../lib/engine/native/status.js";
import { eagerProgram, type ProgramSpec } from "../../lib/engine/program.js";
import { optional } from "../support/optional.js";

const status = await nativeStatus();
const compiled = optional("engine tensorflow", status.loads, "run npm run engine -- build");

/** A counter that is read before and after it is written twice in one call. */
const counter: ProgramSpec = {
  variables: { count: Float32Array.of(1, 2) },
  functions: {
    advance: {
      inputs: [{ shape: [2], dtype: "float32" }],
      rates: 2,
      body({ inputs: [added], rates: [factor, offset], variables: { count } }) {
        const before = count!.read();
        count!.assign(tf.add(before, tf.mul(added!, factor!)) as Tensor1D);
        const between = count!.read();
        count!.assign(tf.add(between, offset!) as Tensor1D);
        return [before, between, count!.read()];
      },
    },
  },
};

const numbers = (tensors: tf.Tensor[]) =>
  tensors.map((tensor) => {
    const values = [...tensor.dataSync()];
    tensor.dispose();
    return values;
  });

describe("a program means the same run by operation and compiled", () => {
  let engine: Engine;
  const check = (
    test: TestAPI,
    name: string,
    open: () => Pick<ReturnType<Engine["open"]>, "call" | "variables" | "dispose">,
  ) =>
    test(name, () => {
      const program = open();
      const one = tf.tensor1d([1, 1]);
      const first = numbers(program.call("advance", [one], [10, 0.5]));
      expect(first).toEqual([
        [1, 2],
        [11, 12],
        [11.5, 12.5],
      ]);
      // Numbers are inputs: other ones on the next call, nothing baked in.
      const second = numbers(program.call("advance", [one], [100, 0]));
      expect(second).toEqual([
        [11.5, 12.5],
        [111.5, 112.5],
        [111.5, 112.5],
      ]);
      tf.tidy(() => program.variables.count!.assign(tf.tensor1d([7, 8])));
      expect(numbers([program.variables.count!.read()])).toEqual([[7, 8]]);
      one.dispose();
      program.dispose();
    });

  if (status.loads) {
    beforeAll(async () => {
      engine = await openEngine({ name: "tensorflow" });
    });
  }
  check(compiled, "compiled to a TensorFlow graph", () => engine.open(counter));
  check(compiled, "run by operation on TensorFlow", () => eagerProgram(engine.ops, counter));

  compiled("two compiled programs do not share variables, and keep no tensor", () => {
    const before = tf.memory().numTensors;
    const [a, b] = [engine.open(counter), engine.open(counter)];
    tf.tidy(() => a.variables.count!.assign(tf.tensor1d([0, 0])));
    expect(numbers([b.variables.count!.read()])).toEqual([[1, 2]]);
    a.dispose();
    b.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  compiled("an error in a compiled program names engine, function and shapes", () => {
    const program = engine.open(counter);
    const wrong = tf.tensor1d([1, 2, 3]);
    expect(() => program.call("advance", [wrong], [1, 1])).toThrow(
      /Engine tensorflow failed in advance on \[3\]/,
    );
    wrong.dispose();
    program.dispose();
  });
});

describe("where there is no TensorFlow", () => {
  it("a program runs on tfjs' own operations", async () => {
    const { composedOps } = await import("../../lib/engine/composed.js");
    const tfjs = await import("@tensorflow/tfjs");
    const previous = tf.getBackend();
    await tfjs.setBackend("cpu");
    const program = eagerProgram(composedOps, counter);
    const one = tf.tensor1d([1, 1]);
    expect(numbers(program.call("advance", [one], [10, 0.5])).at(-1)).toEqual([11.5, 12.5]);
    program.dispose();
    if (previous) await tfjs.setBackend(previous);
  });
});
