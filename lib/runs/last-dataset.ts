import type { Dataset, loadDataset } from "../datasets/index.js";

/**
 * Makes of `load` a loader that keeps the last dataset open and gives it again where the next run wants the same: the
 * runs of a sweep mostly do. Files that change in between are not looked at again.
 */
export function keepLast(load: typeof loadDataset): typeof loadDataset {
  let last: { key: string; dataset: Dataset } | undefined;
  return async (config, options) => {
    const key = JSON.stringify([config, options?.location]);
    if (last?.key !== key) {
      last?.dataset.close();
      last = undefined;
      last = { key, dataset: await load(config, options) };
    }
    // The run that got it closes it, but the next may want it.
    return { ...last.dataset, close() {} };
  };
}
