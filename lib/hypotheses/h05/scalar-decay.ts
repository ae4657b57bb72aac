import type { Tensor1D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Engine } from "../../engine/engine.js";
import type { DecayCurve } from "../../figures/index.js";
import { ParameterLayout } from "../../models/layout.js";
import { optimizerName } from "../../optimizers/config.js";
import { createOptimizer, optimizerChain } from "../../optimizers/index.js";
import type { RunConfig } from "../../runs/config.js";
import { describeArm } from "../../runs/describe.js";

/** An optimizer with its penalty, acting on one scalar whose objective has no gradient. */
export type ScalarSetting = Pick<RunConfig, "optimizer" | "penalty">;

export interface ScalarDecayOptions {
  engine: Engine;
  steps: number;
  /** Value at the start. Default 1, as gamma's. */
  start?: number;
}

/** The scalar after 0, 1, 2, ... steps: by `decayFormula` and by this library's optimizer. */
export async function scalarDecay(setting: ScalarSetting, options: ScalarDecayOptions): Promise<DecayCurve> {
  const { engine, steps, start = 1 } = options;
  return {
    name: describeArm(setting),
    optimizer: optimizerName(setting.optimizer),
    form: setting.penalty.kind,
    closedForm: decayFormula(setting, steps, start),
    stepped: await stepped(setting, { engine, steps, start }),
  };
}

/**
 * What theory says of a scalar theta without gradient, in double precision. Decoupled decay: theta (1 - lambda)^t. SGD with
 * L2: theta (1 - rate lambda)^t without momentum (heavy-ball momentum sums what came before). Adam with L2 (Kingma and Ba 2015, algorithm 1, with the gradient lambda theta): each step
 * is rate times a ratio of means from which lambda cancels, as long as epsilon is small beside lambda |theta|.
 */
export function decayFormula({ optimizer, penalty }: ScalarSetting, steps: number, start = 1): number[] {
  const { lambda, kind } = penalty;
  const geometric = (factor: number) => Array.from({ length: steps + 1 }, (_, t) => start * factor ** t);
  if (kind === "decoupled") return geometric(1 - lambda);
  if (optimizer.name === "sgd" && !optimizer.nesterov) {
    const { learningRate, momentum } = optimizer;
    if (momentum === 0) return geometric(1 - learningRate * lambda);
    const values = [start];
    let velocity = 0;
    for (let t = 1; t <= steps; t++) {
      velocity = momentum * velocity + lambda * values[t - 1]!;
      values.push(values[t - 1]! - learningRate * velocity);
    }
    return values;
  }
  if (optimizer.name !== "adam")
    throw new Error(
      `There is no formula for ${describeArm({ optimizer, penalty })}: expected SGD, Adam or WD.`,
    );
  const { learningRate, beta1, beta2, epsilon } = optimizer;
  const values = [start];
  let [first, second] = [0, 0];
  for (let t = 1; t <= steps; t++) {
    const theta = values[t - 1]!;
    first = beta1 * first + (1 - beta1) * lambda * theta;
    second = beta2 * second + (1 - beta2) * (lambda * theta) ** 2;
    const mean = first / (1 - beta1 ** t);
    const root = Math.sqrt(second / (1 - beta2 ** t)) + epsilon;
    values.push(theta - (learningRate * mean) / root);
  }
  return values;
}

async function stepped(
  setting: ScalarSetting,
  { engine, steps, start }: Required<ScalarDecayOptions>,
): Promise<number[]> {
  const layout = new ParameterLayout([{ name: "scalar", shape: [1], role: "gamma" }]);
  const optimizer = createOptimizer(optimizerChain(setting), layout);
  const initial = new Float32Array(layout.length);
  initial[0] = start;
  const program = engine.open({
    variables: { parameters: initial, ...optimizer.initial },
    functions: {
      step: {
        inputs: [],
        rates: optimizer.rateCount,
        body({ ops, rates, variables: { parameters, ...vectors } }) {
          const gradient = tf.zeros([layout.length]) as Tensor1D;
          optimizer.update(ops, { parameters: parameters!, gradient, vectors, rates });
          return [tf.clone(parameters!.read())];
        },
      },
    },
  });
  try {
    const values = [start];
    for (let step = 1; step <= steps; step++) {
      const [theta] = program.call("step", [], optimizer.rates(step, 1));
      values.push((await theta!.data())[0]!);
      theta!.dispose();
    }
    return values;
  } finally {
    program.dispose();
  }
}
