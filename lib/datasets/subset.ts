import type { Dataset, ImageSet } from "./dataset.js";
import { selectImages } from "./image-sets.js";

/** The first training images of every class, the same number of each, about `count` in all: a view. */
export function firstOfEachClass(
  { train, classes }: Pick<Dataset, "train" | "classes">,
  count: number,
): ImageSet {
  const perClass = Math.ceil(count / classes.length);
  const taken = new Array<number>(classes.length).fill(0);
  const chosen: number[] = [];
  train.labels.forEach((label, index) => {
    if (taken[label]! >= perClass) return;
    taken[label]!++;
    chosen.push(index);
  });
  return selectImages(train, Uint32Array.from(chosen));
}
