import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Engine } from "../engine/engine.js";
import type { Program, ProgramFunction } from "../engine/program.js";
import type { PreparedState } from "../models/network.js";
import type { TrainedModel } from "./model.js";

/** A model opened for prediction alone, its values constants of the program. */
export class Predictor {
  private readonly program: Program;
  private readonly values: Tensor[] = [];

  /** @param batches numbers of images that will be predicted at once */
  constructor(engine: Engine, trained: TrainedModel, batches: readonly number[]) {
    const { network } = trained;
    const state = this.prepare(trained);
    const functions = batches.map((batch): [string, ProgramFunction] => [
      nameOf(batch),
      {
        inputs: [{ shape: [batch, ...network.input], dtype: "float32" }],
        body: ({ ops, inputs: [images] }) => [network.infer(images as Tensor4D, { ops, ...state })],
      },
    ]);
    this.program = engine.open({ variables: {}, functions: Object.fromEntries(functions) });
  }

  /** The model's values as tensors that stay. */
  private prepare({ network, weights }: TrainedModel): PreparedState {
    let prepared: PreparedState = { parameters: [], statistics: [] };
    tf.tidy(() => {
      const [mean, variance] = tf.split(tf.tensor1d(weights.statistics), 2) as [Tensor1D, Tensor1D];
      prepared = network.prepare(tf.tensor1d(weights.parameters), { mean, variance });
      const { parameters, statistics } = prepared;
      const own = [...parameters, ...statistics.flatMap((layer) => [layer.mean, layer.variance])];
      this.values.push(...own.map((tensor) => tf.keep(tensor)));
    });
    return prepared;
  }

  /** Logits [N, classes] of images [N, H, W, C]; N is one of the batches. The caller disposes them. */
  predict(images: Tensor4D): Tensor2D {
    return this.program.call(nameOf(images.shape[0]), [images])[0] as Tensor2D;
  }

  dispose(): void {
    this.program.dispose();
    tf.dispose(this.values);
  }
}

const nameOf = (batch: number) => `predict-${batch}`;
