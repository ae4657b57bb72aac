import * as tf from "@tensorflow/tfjs-core";
import type { Dataset } from "../datasets/dataset.js";
import type { Engine } from "../engine/engine.js";
import { type BatchMaker, ranges } from "../training/batches.js";
import type { TrainedModel } from "./model.js";
import { Predictor } from "./predictor.js";

/** How far a model's logits are from the original's, over a set of images. */
export interface Deviation {
  /** Largest difference of two logits over the root mean square of the original's. */
  largest: number;
  /** Root mean square of the differences over that of the original's logits. */
  rootMeanSquare: number;
  /** Share of images that are given another class. */
  changed: number;
  /** Of the original and of the other, fractions of 1. */
  errors: [original: number, other: number];
  images: number;
}

const batch = 250;

/** Logits of a whole set, [images, classes] row by row, in evaluation mode. */
export async function logitsOf(
  model: TrainedModel,
  set: Dataset["test"],
  { engine, batches }: { engine: Engine; batches: BatchMaker },
): Promise<Float32Array> {
  const predictor = new Predictor(engine, model, [batch]);
  const classes = model.images.classes.length;
  const logits = new Float32Array(set.count * classes);
  try {
    for (const indices of ranges(set.count, batch)) {
      // The last batch is filled up with the first image: the program takes whole batches only.
      const filled = new Uint32Array(batch);
      filled.set(indices);
      const { images, labels } = batches.batch(set, filled);
      const values = predictor.predict(images);
      const data = (await values.data()) as Float32Array;
      logits.set(data.subarray(0, indices.length * classes), indices[0]! * classes);
      tf.dispose([images, labels, values]);
    }
    return logits;
  } finally {
    predictor.dispose();
  }
}

/** Compares logits, [images, classes] each. */
export function deviation(original: Float32Array, other: Float32Array, labels: ArrayLike<number>): Deviation {
  const images = labels.length;
  const classes = original.length / images;
  let [largest, squares, scale, changed] = [0, 0, 0, 0];
  const errors: Deviation["errors"] = [0, 0];
  for (let image = 0; image < images; image++) {
    const rows = [original, other].map((logits) => logits.subarray(image * classes, (image + 1) * classes));
    const [chosen, now] = rows.map((row) => row.indexOf(Math.max(...row)));
    if (chosen !== now) changed++;
    if (chosen !== labels[image]) errors[0]++;
    if (now !== labels[image]) errors[1]++;
  }
  for (const [index, value] of original.entries()) {
    const difference = Math.abs(other[index]! - value);
    largest = Math.max(largest, difference);
    squares += difference ** 2;
    scale += value ** 2;
  }
  const unit = Math.sqrt(scale / original.length) || 1;
  return {
    largest: largest / unit,
    rootMeanSquare: Math.sqrt(squares / original.length) / unit,
    changed: changed / images,
    errors: [errors[0] / images, errors[1] / images],
    images,
  };
}
