import * as tf from "@tensorflow/tfjs-core";
import type { ImageSet } from "../datasets/dataset.js";
import { type BatchMaker, ranges } from "./batches.js";
import { addScores, emptyScore, type Score, score } from "./loss.js";
import type { Trainer } from "./trainer.js";

/** Images evaluated at once. */
const evaluationBatch = 250;

/** Takes the strongest |activation| over the map, [images, channels] row by row, of the images at `indices`. */
export type ResponseListener = (indices: Uint32Array, responses: Float32Array) => void;

/**
 * Loss and errors on a set of images in evaluation mode: running statistics, no augmentation.
 *
 * @param onResponses called batch by batch with every filter's response to every image
 */
export async function evaluate(
  trainer: Trainer,
  batches: BatchMaker,
  set: ImageSet,
  onResponses?: ResponseListener,
): Promise<Score> {
  const { network, ops } = trainer;
  let total = emptyScore;
  tf.engine().startScope();
  try {
    const infer = network.inference(ops, trainer.parameters.read(), trainer.statistics());
    for (const indices of ranges(set.count, evaluationBatch)) {
      const [logits, responses] = tf.tidy(() => {
        const maxima: tf.Tensor[] = [];
        const listener = (layer: number, activation: tf.Tensor4D) => {
          maxima[layer] = tf.max(tf.abs(activation), [1, 2]);
        };
        const result = infer(batches.batch(set, indices).images, onResponses && listener);
        return onResponses ? [result, tf.concat(maxima, 1)] : [result];
      }) as [tf.Tensor2D, tf.Tensor2D?];
      if (responses) onResponses?.(indices, responses.dataSync() as Float32Array);
      const labels = Array.from(indices, (index) => set.labels[index]!);
      total = addScores(total, score(logits.dataSync(), labels, logits.shape[1]));
      tf.dispose([logits, responses]);
    }
  } finally {
    tf.engine().endScope();
  }
  return total;
}
