import { existsSync } from "node:fs";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Engine } from "../engine/engine.js";
import { UserError } from "../errors.js";
import { deviation } from "../pruning/exactness.js";
import type { TrainedModel } from "../pruning/model.js";
import { Predictor } from "../pruning/predictor.js";
import { runtimeFolder } from "./runtime.js";
import { OnnxSession } from "./session.js";

const images = 8;
const tolerance = 1e-4;

/** Whether ONNX Runtime is there to check exports with. */
export const canCheck = (): boolean => existsSync(runtimeFolder());

/**
 * Runs an exported network on images of noise, in ONNX Runtime and on an engine. Returns the largest difference of two
 * logits over their root mean square; throws `UserError` where that is not below 1e-4.
 */
export async function checkExport(trained: TrainedModel, bytes: Uint8Array, engine: Engine): Promise<number> {
  const [height, width, channels] = trained.network.input;
  const batch = tf.randomNormal([images, height, width, channels], 0, 1, "float32", 1) as Tensor4D;
  const turned = tf.transpose(batch, [0, 3, 1, 2]);
  const predictor = new Predictor(engine, trained, [images]);
  const logits = predictor.predict(batch);
  const expected = (await logits.data()) as Float32Array;
  const values = (await turned.data()) as Float32Array;
  predictor.dispose();
  tf.dispose([batch, turned, logits]);
  const session = await OnnxSession.open(bytes);
  try {
    const outputs = await session.run("images", values, [images, channels, height, width]);
    const { largest } = deviation(expected, outputs.logits!.data as Float32Array, new Array(images).fill(0));
    if (largest < tolerance) return largest;
    throw new UserError(
      `The exported model is not the network: its logits in ONNX Runtime are off by ${largest.toExponential(1)} of their scale, expected less than ${tolerance}. Nothing is written.`,
    );
  } finally {
    await session.close();
  }
}
