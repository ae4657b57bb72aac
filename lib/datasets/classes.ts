import { UsageError } from "../errors.js";
import { unknownWord } from "../suggest.js";

/** A label of a run: one class of the dataset, or several that count as one. */
export interface Label {
  name: string;
  /** Indices of classes. */
  members: number[];
}

/**
 * The labels of a run, in order.
 *
 * @param classes of the dataset
 * @param wanted the first so many; or names, several joined by "+" being one label; all when absent
 * @throws UsageError for a name that is none of the classes, one that is given twice, or more than there are
 */
export function chooseLabels(
  classes: readonly string[],
  wanted: number | readonly string[] | undefined,
): Label[] {
  if (typeof wanted !== "object") {
    const count = wanted ?? classes.length;
    if (count > classes.length) {
      throw new UsageError(
        `The dataset has ${classes.length} classes, but the first ${count} were asked for. Set dataset.classes to at most ${classes.length}.`,
      );
    }
    return classes.slice(0, count).map((name, index) => ({ name, members: [index] }));
  }
  const taken = new Set<number>();
  return wanted.map((name) => {
    // A folder's name may have a "+" of its own.
    const parts = classes.includes(name) ? [name] : name.split("+");
    const members = parts.map((part) => {
      const index = classes.indexOf(part);
      if (index < 0) throw unknownWord("class", part, classes);
      if (taken.has(index)) {
        throw new UsageError(`Class "${part}" is given twice in dataset.classes. Leave it out once.`);
      }
      taken.add(index);
      return index;
    });
    return { name, members };
  });
}
