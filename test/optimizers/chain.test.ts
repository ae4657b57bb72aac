import type { Tensor1D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { type Engine, openEngine } from "../../lib/engine/index.js";
import type { FusedUpdate, Ops } from "../../lib/engine/ops.js";
import { ParameterLayout } from "../../lib/models/layout.js";
import {
  addDecayedWeights,
  type Chain,
  chain,
  createOptimizer,
  type GradientTransform,
  scaleByLearningRate,
  sign,
} from "../../lib/optimizers/index.js";
import type { RunConfigInput } from "../../lib/runs/config.js";
import { chainOf, optimize } from "../support/optimizer-runs.js";

const layout = new ParameterLayout([
  { name: "C1/weight", shape: [1, 1, 4, 3], role: "weight" },
  { name: "C1/gamma", shape: [3], role: "gamma" },
]);

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ name: "wasm" });
});

describe("a chain", () => {
  it("takes a transform of one's own: Signum as in the documentation", async () => {
    const scaleBySignum = (momentum = 0.9): GradientTransform => ({
      name: "scaleBySignum",
      slots: ["velocity"],
      apply(updates, { velocity }) {
        const next = tf.add(tf.mul(velocity!.read(), momentum), tf.mul(updates, 1 - momentum)) as Tensor1D;
        velocity!.assign(next);
        return sign(next);
      },
    });
    const signum = chain(addDecayedWeights(1e-3), scaleBySignum(), scaleByLearningRate(0.25));
    const vector = (value: number) => new Float32Array(layout.length).fill(value);
    const gradients = [1, 1, -20, -1].map(vector);
    const after = await optimize(engine, signum, layout, { start: vector(0), gradients });
    expect(after.map(([first]) => first)).toEqual([-0.25, -0.5, -0.25, 0]);
  });

  it("names its links, its vectors and how many numbers change", () => {
    const parts = { optimizer: adam, penalty: { lambda: 1e-3, on: "weights" } } as const;
    const optimizer = createOptimizer(chainOf(parts), layout);
    expect(optimizer.description).toBe("addDecayedWeights > scaleByAdam > scaleByLearningRate");
    expect(optimizer.slots).toEqual(["1-scaleByAdam/firstMoment", "1-scaleByAdam/secondMoment"]);
    expect(Object.keys(optimizer.initial)).toEqual(["0-addDecayedWeights/strengths", ...optimizer.slots]);
    expect(optimizer.rates(1, 0.5)).toHaveLength(optimizer.rateCount);
    expect([...optimizer.initial["0-addDecayedWeights/strengths"]!]).toEqual([
      ...new Array(12).fill(Math.fround(1e-3)),
      ...new Array(20).fill(0),
    ]);
  });
});

const adam = { name: "adam", learningRate: 1e-3 } as const;
const nesterov = { name: "sgd", learningRate: 0.1, momentum: 0.9, nesterov: true } as const;
const l2 = { lambda: 1e-3 } as const;
const decoupled = { kind: "decoupled", ...l2 } as const;

describe("the engine's fused update", () => {
  /** What is left to it of one step, were it to have all rules. */
  function fused(transforms: Chain): FusedUpdate | undefined {
    let update: FusedUpdate | undefined;
    const ops: Ops = {
      ...engine.ops,
      fuses: () => true,
      fusedUpdate: (_parameters, _gradient, given) => {
        update = given;
      },
    };
    const optimizer = createOptimizer(transforms, layout);
    const variable = (values: Float32Array) => {
      const initial = tf.tensor1d(values);
      const made = ops.variable(initial);
      initial.dispose();
      return made;
    };
    const vectors = Object.fromEntries(
      Object.entries(optimizer.initial).map(([name, values]) => [name, variable(values)]),
    );
    const parameters = variable(new Float32Array(layout.length));
    tf.tidy(() =>
      optimizer.update(ops, {
        parameters,
        gradient: tf.zeros([layout.length]),
        vectors,
        rates: optimizer.rates(1, 1),
      }),
    );
    for (const used of [parameters, ...Object.values(vectors)]) used.dispose();
    return update;
  }

  it.each<[Pick<RunConfigInput, "optimizer" | "penalty">, string, boolean]>([
    [{ optimizer: { name: "sgd", learningRate: 0.1 }, penalty: l2 }, "sgd", true],
    [{ optimizer: nesterov, penalty: l2 }, "nesterov", true],
    [{ optimizer: adam, penalty: l2 }, "adam", true],
    [{ optimizer: adam, penalty: { ...l2, on: "weights" } }, "adam", false],
    [{ optimizer: adam, penalty: { ...l2, l1Gamma: 1e-3 } }, "adam", true],
    [{ optimizer: adam, penalty: decoupled }, "adam", false],
    [{ optimizer: adam, penalty: { ...decoupled, on: "weights" } }, "adam", false],
    [{ optimizer: { name: "amsgrad", learningRate: 1e-3 }, penalty: l2 }, "amsgrad", true],
    [{ optimizer: { name: "adagrad", learningRate: 1e-3 }, penalty: l2 }, "adagrad", true],
    [{ optimizer: { name: "adadelta", learningRate: 1 }, penalty: l2 }, "adadelta", true],
    // Composed, but for the step itself.
    [{ optimizer: { name: "muon", learningRate: 1e-3 }, penalty: l2 }, "sgd", false],
  ])("does the rule of %j", (parts, rule, withL2) => {
    const update = fused(chainOf(parts))!;
    expect(update.rule.name).toBe(rule);
    expect(update.l2 !== 0).toBe(withL2);
    expect(update.decay !== undefined).toBe(parts.penalty?.kind === "decoupled");
  });

  it("is not used for links in an order that it does not have", () => {
    expect(fused(chain(scaleByLearningRate(1), addDecayedWeights(1e-3)))).toBeUndefined();
  });
});
