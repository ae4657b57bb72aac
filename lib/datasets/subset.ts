import { UserError } from "../errors.js";
import { openRandom } from "../random.js";
import type { Dataset, ImageSet } from "./dataset.js";
import { selectImages } from "./image-sets.js";

/** Not the run's seed: every run of a study sees the same images. */
const subsetSeed = 2019;

/**
 * Keeps `count` images, the same number of each class, in their original order. Which ones is fixed, and a
 * smaller subset is contained in every larger one.
 *
 * @returns a view of `set`
 * @throws UserError where `count` is not a multiple of the number of classes or a class has too few images
 */
export function balancedSubset(set: ImageSet, classes: string[], count: number): ImageSet {
  const perClass = count / classes.length;
  if (!Number.isInteger(perClass)) {
    const below = Math.max(1, Math.floor(perClass)) * classes.length;
    throw new UserError(
      `${count} training images cannot be shared equally by ${classes.length} classes. Set dataset.trainImages to a multiple of ${classes.length}, e.g. ${below}.`,
    );
  }
  const members: number[][] = classes.map(() => []);
  set.labels.forEach((label, index) => {
    members[label]!.push(index);
  });
  const kept = members.flatMap((indices, label) => {
    if (indices.length < perClass) {
      const most = Math.min(...members.map(({ length }) => length)) * classes.length;
      throw new UserError(
        `${count} training images need ${perClass} of each class, but "${classes[label]}" has ${indices.length}. Set dataset.trainImages to at most ${most}.`,
      );
    }
    return openRandom(subsetSeed, `subset/${label}`).shuffle(indices).slice(0, perClass);
  });
  return selectImages(set, Uint32Array.from(kept).sort());
}

/** The first training images of every class, the same number of each, about `count` in all: a view. */
export function firstOfEachClass({ train, classes }: Dataset, count: number): ImageSet {
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
