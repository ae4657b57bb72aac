import * as tf from "@tensorflow/tfjs-core";
import type { ImageSet } from "../datasets/dataset.js";
import { type BatchMaker, ranges } from "./batches.js";
import { addScores, emptyScore, type Score, score } from "./loss.js";
import { nextTurn } from "./next-turn.js";
import type { Trainer } from "./trainer.js";

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
  signal?: AbortSignal,
): Promise<Score> {
  const { evaluationBatch, network } = trainer;
  let total = emptyScore;
  for (const indices of ranges(set.count, evaluationBatch)) {
    // Readings need not give way to anything: without a pause no signal would come through.
    await nextTurn();
    signal?.throwIfAborted();
    // The last batch is filled up with the first image: the program takes whole batches only.
    const filled = new Uint32Array(evaluationBatch);
    filled.set(indices);
    const { images, labels } = batches.batch(set, filled);
    const { logits, responses } = onResponses
      ? trainer.probe(images)
      : { logits: trainer.infer(images), responses: undefined };
    const [scores, strongest] = await Promise.all([logits.data(), responses?.data()]);
    if (strongest) {
      onResponses?.(indices, (strongest as Float32Array).subarray(0, indices.length * network.channels));
    }
    const own = Array.from(indices, (index) => set.labels[index]!);
    total = addScores(total, score(scores, own, logits.shape[1]));
    tf.dispose([images, labels, logits, responses]);
  }
  return total;
}
