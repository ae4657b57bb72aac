import { UsageError } from "../errors.js";
import { openRandom } from "../random.js";
import { chooseLabels, type Label } from "./classes.js";

/** Not the run's seed: every run of a study sees the same images and the same wrong labels. */
const selectionSeed = 2019;

/** Which images of a dataset a run sees, and under which labels. As in a run's configuration. */
export interface SelectionOptions {
  /** The first so many classes, or names, several joined by "+" being one label. Default: all. */
  classes?: number | readonly string[] | undefined;
  /** Training images, the same number of each label. Default: all that are not held out. */
  trainImages?: number | undefined;
  /** Training images held out, the same number of each label, that take the place of the test images. Default 0. */
  validationImages?: number;
  /** Share of the training labels replaced by another one. Default 0. */
  labelNoise?: number;
}

/** Images of a split, ascending, and their labels. */
export interface Choice {
  indices: Uint32Array;
  labels: Uint16Array;
}

export interface Selection {
  /** Names of the labels. */
  classes: string[];
  train: Choice;
  /** What the run is evaluated on, and the split that it is of. */
  evaluation: Choice & { split: "train" | "test" };
}

/**
 * Chooses what a run sees. Every choice is fixed; a smaller training set is contained in every larger one, and holding
 * images out for validation changes no training image as long as there are enough.
 *
 * @throws UsageError for numbers that the dataset cannot give, with those that it can
 */
export function selectImagesOfRun(
  { classes, train, test }: { classes: readonly string[]; train: Uint16Array; test: Uint16Array },
  { classes: wanted, trainImages, validationImages = 0, labelNoise = 0 }: SelectionOptions,
): Selection {
  const labels = chooseLabels(classes, wanted);
  const byClass = shuffledByClass(train, classes.length);
  const pools = labels.map(({ members }) => members.map((member) => byClass[member]!));
  const held = holdOut(pools, labels, validationImages);
  const kept = keep(pools, labels, { trainImages, validationImages });
  const labelOf = new Map(labels.flatMap(({ members }, label) => members.map((member) => [member, label])));
  const choose = (split: Uint16Array, indices: readonly number[]): Choice => {
    const ascending = Uint32Array.from(indices).sort();
    return { indices: ascending, labels: Uint16Array.from(ascending, (i) => labelOf.get(split[i]!)!) };
  };
  const own = (split: Uint16Array) => Array.from(split.keys()).filter((index) => labelOf.has(split[index]!));
  return {
    classes: labels.map(({ name }) => name),
    train: mislabel(choose(train, kept), { share: labelNoise, classes: labels.length, images: train.length }),
    evaluation:
      validationImages > 0
        ? { split: "train", ...choose(train, held) }
        : { split: "test", ...choose(test, own(test)) },
  };
}

/** Images of every class in a fixed random order, which does not depend on the classes chosen. */
function shuffledByClass(labels: Uint16Array, count: number): number[][] {
  const images: number[][] = Array.from({ length: count }, () => []);
  labels.forEach((label, index) => {
    images[label]!.push(index);
  });
  return images.map((own, label) => openRandom(selectionSeed, `subset/${label}`).shuffle(own));
}

/** Takes the held-out images off the ends of the pools, as even over a label's classes as can be. */
function holdOut(pools: number[][][], labels: Label[], count: number): number[] {
  if (count === 0) return [];
  const perLabel = equalShare(count, labels, "validationImages");
  return pools.flatMap((pool, label) => {
    const size = pool.flat().length;
    if (size <= perLabel) {
      throw new UsageError(
        `${count} validation images leave no training image of "${labels[label]!.name}", which has ${size}. Set dataset.validationImages to less than ${smallest(pools) * labels.length}.`,
      );
    }
    const ends = pool.map((images) => images.toReversed());
    const held = inTurn(ends).slice(0, perLabel);
    const heldOnes = new Set(held);
    for (const [member, images] of pool.entries()) pool[member] = images.filter((i) => !heldOnes.has(i));
    return held;
  });
}

function keep(
  pools: number[][][],
  labels: Label[],
  { trainImages, validationImages }: { trainImages: number | undefined; validationImages: number },
): number[] {
  if (trainImages === undefined) return pools.flat(2);
  const perLabel = equalShare(trainImages, labels, "trainImages");
  return pools.flatMap((pool, label) => {
    const images = inTurn(pool);
    if (images.length >= perLabel) return images.slice(0, perLabel);
    const heldOut = validationImages > 0 ? ` beside ${validationImages} validation images` : "";
    throw new UsageError(
      `${trainImages} training images need ${perLabel} of each class, but "${labels[label]!.name}" has ${images.length}${heldOut}. Set dataset.trainImages to at most ${smallest(pools) * labels.length}.`,
    );
  });
}

const smallest = (pools: number[][][]): number => Math.min(...pools.map((pool) => pool.flat().length));

function equalShare(count: number, { length }: Label[], option: "trainImages" | "validationImages"): number {
  if (count % length === 0) return count / length;
  const below = Math.max(1, Math.floor(count / length)) * length;
  const kind = option === "trainImages" ? "training" : "validation";
  throw new UsageError(
    `${count} ${kind} images cannot be shared equally by ${length} classes. Set dataset.${option} to a multiple of ${length}, e.g. ${below}.`,
  );
}

/** The first of each list, then the second of each, ... */
function inTurn(lists: readonly number[][]): number[] {
  const longest = Math.max(...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, place) =>
    lists.flatMap((list) => (place < list.length ? [list[place]!] : [])),
  ).flat();
}

/**
 * Replaces the labels of a share of the images, rounded to a whole number, by another one, each equally likely. Which
 * ones come first and what they become is fixed for every image of the split: more noise contains less.
 */
function mislabel(
  { indices, labels }: Choice,
  { share, classes, images }: { share: number; classes: number; images: number },
): Choice {
  const count = Math.round(share * indices.length);
  if (count === 0) return { indices, labels };
  const random = openRandom(selectionSeed, "label-noise");
  const turn = Float64Array.from({ length: images }, () => random.uniform());
  const step = Float64Array.from({ length: images }, () => random.uniform());
  const rows = Array.from(indices.keys()).sort((a, b) => turn[indices[a]!]! - turn[indices[b]!]!);
  const noisy = labels.slice();
  for (const row of rows.slice(0, count)) {
    const shift = 1 + Math.floor(step[indices[row]!]! * (classes - 1));
    noisy[row] = (labels[row]! + shift) % classes;
  }
  return { indices, labels: noisy };
}
