import type { Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Engine } from "../engine/engine.js";
import { GraphRecorder } from "../engine/graph/recorder.js";
import { encodeSavedModel } from "../engine/graph/saved-model.js";
import { loadNative } from "../engine/native/status.js";
import { tensorflowOps } from "../engine/tensorflow.js";
import type { TensorflowBackend } from "../engine/tensorflow-backend.js";
import type { TrainedModel } from "./model.js";

/**
 * A model as TensorFlow's SavedModel (the bytes of `saved_model.pb`): signature "serving_default" takes `images`, any
 * number of them [N, H, W, C], normalized as in training, to `logits` [N, classes]; the values are constants of the
 * graph. Only with engine `tensorflow`, whose operations are recorded; undefined with another.
 */
export async function encodeTensorFlow(
  engine: Engine,
  { network, weights, images }: TrainedModel,
): Promise<Uint8Array | undefined> {
  if (engine.name !== "tensorflow") return undefined;
  const { packageName } = await loadNative();
  const backend = tf.backend() as unknown as TensorflowBackend;
  const recorder = new GraphRecorder(backend);
  const shape = [-1, ...network.input];
  let [input, output] = ["", ""];
  recorder.record(() =>
    tf.tidy(() => {
      const example = tf.zeros([2, ...network.input]) as Tensor4D;
      input = recorder.placeholder("images", example, shape);
      const [mean, variance] = tf.split(tf.tensor1d(weights.statistics), 2) as [Tensor1D, Tensor1D];
      // Other programs know TensorFlow's operations only, not the kernels of this one.
      const infer = network.inference(tensorflowOps(backend), tf.tensor1d(weights.parameters), {
        mean,
        variance,
      });
      output = recorder.output("logits", infer(example));
    }),
  );
  return encodeSavedModel(recorder.nodes, {
    ...{ binding: backend.binding, packageName },
    signature: {
      inputs: { images: { name: input, shape } },
      outputs: { logits: { name: output, shape: [-1, images.classes.length] } },
    },
  });
}
