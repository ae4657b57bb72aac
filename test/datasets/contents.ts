import type { Dataset, ImageSet } from "../../lib/datasets/dataset.js";
import { readAll } from "../../lib/datasets/image-sets.js";

/** Everything in a dataset as plain values that compare, pixels included. */
export function contentsOf({ close: _, train, test, ...rest }: Dataset) {
  return { ...rest, train: imagesOf(train), test: imagesOf(test) };
}

const imagesOf = (set: ImageSet) => ({ count: set.count, labels: [...set.labels], images: readAll(set) });

/** What `contentsOf` gives; the dataset is closed. */
export function contentsAndClose(dataset: Dataset): ReturnType<typeof contentsOf> {
  try {
    return contentsOf(dataset);
  } finally {
    dataset.close();
  }
}
