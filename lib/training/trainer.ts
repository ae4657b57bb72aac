import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Ops, Variable } from "../engine/index.js";
import type { Network, RunningStatistics } from "../models/network.js";
import { type Chain, createOptimizer, type Optimizer } from "../optimizers/index.js";
import type { Batch } from "./batches.js";

/** Share of the newest batch in the running statistics: PyTorch's `momentum`, its default. */
const statisticsMomentum = 0.1;

/** A network in training: parameters, running statistics and optimizer state on one engine. */
export class Trainer {
  readonly parameters: Variable;
  readonly optimizer: Optimizer;
  /** Running mean and variance, one after the other: [2 * channels]. */
  private readonly running: Variable;

  /**
   * @param initial initial parameter vector, `network.layout.length` values
   */
  constructor(
    readonly network: Network,
    readonly ops: Ops,
    chain: Chain,
    initial: Float32Array,
  ) {
    const { channels } = network;
    const statistics = new Float32Array(2 * channels).fill(1, channels);
    this.parameters = createVariable(ops, initial);
    this.running = createVariable(ops, statistics);
    this.optimizer = createOptimizer(chain, { ops, parameters: this.parameters });
  }

  /** One step on one batch (disposed afterwards); returns the logits [N, classes], which the caller disposes. */
  step(batch: Batch, scheduleFactor: number): Tensor2D {
    const { gradient, logits } = tf.tidy(() => {
      const parameters = this.parameters.read();
      const result = this.network.train(this.ops, parameters, batch.images, batch.labels);
      this.updateStatistics(result.statistics);
      return { gradient: result.gradient, logits: result.logits };
    });
    this.optimizer.update(gradient, { scheduleFactor });
    tf.dispose([gradient, batch.images, batch.labels]);
    return logits;
  }

  /** Running statistics as two vectors, within the caller's `tf.tidy`. */
  statistics(): RunningStatistics {
    const [mean, variance] = tf.split(this.running.read(), 2) as [Tensor1D, Tensor1D];
    return { mean, variance };
  }

  /** Parameters and running statistics, read out. */
  async weights(): Promise<{ parameters: Float32Array; statistics: Float32Array }> {
    const tensors = tf.tidy(() => [this.parameters.read(), this.running.read()]);
    const [parameters, statistics] = (await Promise.all(tensors.map((t) => t.data()))) as Float32Array[];
    tf.dispose(tensors);
    return { parameters: parameters!, statistics: statistics! };
  }

  dispose(): void {
    this.optimizer.dispose();
    this.parameters.dispose();
    this.running.dispose();
  }

  private updateStatistics({ mean, variance }: RunningStatistics): void {
    const batch = tf.mul(tf.concat([mean, variance]), statisticsMomentum);
    const old = tf.mul(this.running.read(), 1 - statisticsMomentum);
    this.running.assign(tf.add(old, batch) as Tensor1D);
  }
}

function createVariable(ops: Ops, values: Float32Array): Variable {
  const initial = tf.tensor1d(values);
  const variable = ops.variable(initial);
  initial.dispose();
  return variable;
}
