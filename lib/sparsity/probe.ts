import type { ImageSet } from "../datasets/dataset.js";
import type { BatchMaker } from "../training/batches.js";
import { evaluate } from "../training/evaluate.js";
import type { Score } from "../training/loss.js";
import type { Trainer } from "../training/trainer.js";
import { selectivity } from "./measures.js";

/** What every filter does on a set of images, the layers one after another. */
export interface FilterActivity {
  /** Maximum of |activation| over map and images, [channels]. */
  maxActivation: Float32Array;
  /** Share of images with a response of at most 1e-3 of that maximum, [channels]. */
  selectivity: Float32Array;
  /** Loss and errors on the same images. */
  score: Score;
}

/**
 * Measures every filter on a set of images, in evaluation mode. The strongest response of each image to each filter
 * is kept until the end, since selectivity needs the maximum over all first: 4 bytes x images x channels.
 */
export async function probeActivity(
  trainer: Trainer,
  batches: BatchMaker,
  set: ImageSet,
  signal?: AbortSignal,
): Promise<FilterActivity> {
  const { channels } = trainer.network;
  const responses = Array.from({ length: channels }, () => new Float32Array(set.count));
  const listen = (indices: Uint32Array, values: Float32Array) => {
    for (const [row, image] of indices.entries()) {
      for (let channel = 0; channel < channels; channel++) {
        responses[channel]![image] = values[row * channels + channel]!;
      }
    }
  };
  const score = await evaluate(trainer, batches, set, listen, signal);
  return {
    maxActivation: Float32Array.from(responses, (of) => of.reduce((a, b) => Math.max(a, b), 0)),
    selectivity: Float32Array.from(responses, selectivity),
    score,
  };
}
