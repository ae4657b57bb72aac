import type { Dataset } from "./dataset.js";
import { selectImages } from "./image-sets.js";
import { type SelectionOptions, selectImagesOfRun } from "./selection.js";

/**
 * A dataset as a run sees it, as views: nothing is copied. The one given where everything of it is kept.
 *
 * @throws UsageError for numbers that the dataset cannot give
 */
export function selected<D extends Omit<Dataset, "checksum">>(dataset: D, options: SelectionOptions): D {
  const { classes, train, test } = dataset;
  if (!options.classes && !options.trainImages && !options.validationImages && !options.labelNoise)
    return dataset;
  const chosen = selectImagesOfRun({ classes, train: train.labels, test: test.labels }, options);
  const { evaluation } = chosen;
  return {
    ...dataset,
    classes: chosen.classes,
    train: selectImages(train, chosen.train.indices, chosen.train.labels),
    test: selectImages(dataset[evaluation.split], evaluation.indices, evaluation.labels),
  };
}
