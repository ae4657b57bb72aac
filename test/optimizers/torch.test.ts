import type { Tensor1D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { type Engine, openEngine } from "../../lib/engine/index.js";
import { ParameterLayout } from "../../lib/models/layout.js";
import { createOptimizer, optimizerChain } from "../../lib/optimizers/index.js";
import { parseRunConfig, type RunConfigInput } from "../../lib/runs/config.js";
import { loadFixture, relativeDifference } from "../support/fixtures.js";

const { lambda, start, gradients, cases } = loadFixture("optimizers");

const layout = new ParameterLayout([{ name: "theta", shape: [start.length], role: "weight" }]);

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ name: "wasm" });
});

type Constants = (typeof cases)[number]["constants"];

/** A run's optimizer with the constants that PyTorch had. */
function optimizerOf(rule: string, constants: Constants): RunConfigInput["optimizer"] | undefined {
  const learningRate = Number(constants.lr);
  if (rule === "sgd" || rule === "momentum") {
    return { name: "sgd", learningRate, momentum: Number(constants.momentum) };
  }
  if (rule === "adagrad") return { name: rule, learningRate, epsilon: Number(constants.eps) };
  if (rule === "rmsprop") {
    return { name: rule, learningRate, decay: Number(constants.alpha), epsilon: Number(constants.eps) };
  }
  if (rule === "adadelta")
    return { name: rule, learningRate, rho: Number(constants.rho), epsilon: Number(constants.eps) };
  if (rule === "nesterov") {
    return { name: "sgd", learningRate, momentum: Number(constants.momentum), nesterov: true };
  }
  if (rule === "adamw") return undefined;
  const [beta1, beta2] = constants.betas as number[];
  return { name: rule, learningRate, beta1, beta2, epsilon: Number(constants.eps) };
}

describe("50 steps on given gradients, one of which stops, agree with PyTorch in float64", () => {
  for (const { rule, penalty, constants, parameters } of cases) {
    const optimizer = optimizerOf(rule, constants);
    if (optimizer === undefined) continue;
    const kinds = {
      none: {},
      torch: { kind: "l2", lambda },
      decoupled: { kind: "decoupled", lambda },
    } as const;
    test(`${rule}, ${penalty === "torch" ? "L2" : penalty}`, () => {
      const config = parseRunConfig({
        dataset: { name: "synthetic" },
        model: { widths: [1] },
        optimizer,
        penalty: kinds[penalty],
        steps: 1,
      });
      const padded = [...start, ...new Array(layout.length - start.length).fill(0)];
      const theta = engine.ops.variable(tf.tensor1d(padded));
      const state = createOptimizer(optimizerChain(config), layout);
      const vectors = Object.fromEntries(
        Object.entries(state.initial).map(([name, values]) => [
          name,
          engine.ops.variable(tf.tensor1d(values)),
        ]),
      );
      for (const [index, gradient] of gradients.entries()) {
        tf.tidy(() =>
          state.update(engine.ops, {
            parameters: theta,
            gradient: tf.tensor1d([...gradient, ...new Array(9).fill(0)]) as Tensor1D,
            vectors,
            rates: state.rates(index + 1, 1),
          }),
        );
        const expected = parameters[index + 1];
        if (expected === undefined) continue;
        const actual = tf.tidy(() => theta.read().dataSync());
        for (const [coordinate, value] of expected.entries()) {
          const difference = relativeDifference([actual[coordinate]!], [value]);
          expect(difference, `coordinate ${coordinate} after step ${index + 1}`).toBeLessThan(1e-4);
        }
      }
      for (const variable of [theta, ...Object.values(vectors)]) variable.dispose();
    });
  }
});
