import type { Tensor1D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Engine } from "../../lib/engine/index.js";
import type { ParameterLayout } from "../../lib/models/layout.js";
import { type Chain, createOptimizer, optimizerChain } from "../../lib/optimizers/index.js";
import { parseRunConfig, type RunConfigInput } from "../../lib/runs/config.js";

/** The chain of a run's optimizer and penalty, which may act in a part of its steps. */
export const chainOf = (
  parts: Pick<RunConfigInput, "optimizer" | "penalty"> & Partial<Pick<RunConfigInput, "steps">>,
): Chain =>
  optimizerChain(
    parseRunConfig({ dataset: { name: "synthetic" }, model: { widths: [1] }, steps: 1, ...parts }),
  );

/**
 * The parameter vector after every step of a chain on given gradients, as training runs it: compiled where the
 * engine compiles. The schedule's factor is 1.
 */
export async function optimize(
  engine: Engine,
  chain: Chain,
  layout: ParameterLayout,
  { start, gradients }: { start: Float32Array; gradients: readonly Float32Array[] },
): Promise<Float32Array[]> {
  const optimizer = createOptimizer(chain, layout);
  const program = engine.open({
    variables: { parameters: start, ...optimizer.initial },
    functions: {
      step: {
        inputs: [{ shape: [layout.length], dtype: "float32" }],
        rates: optimizer.rateCount,
        body({ ops, inputs: [gradient], rates, variables: { parameters, ...vectors } }) {
          optimizer.update(ops, {
            parameters: parameters!,
            gradient: gradient as Tensor1D,
            vectors,
            rates,
          });
          return [tf.scalar(0)];
        },
      },
    },
  });
  const after: Float32Array[] = [];
  try {
    for (const [index, gradient] of gradients.entries()) {
      const parameters = tf.tidy(() => {
        program.call("step", [tf.tensor1d(gradient)], optimizer.rates(index + 1, 1));
        return program.variables.parameters!.read();
      });
      after.push((await parameters.data()) as Float32Array);
      parameters.dispose();
    }
  } finally {
    program.dispose();
  }
  return after;
}
